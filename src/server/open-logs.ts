/**
 * Opens the logs of a server: a file in its data folder, with the limits that its owner set.
 */
import path from 'node:path';
import type { HostedLogs } from '../runtime/logs/hosted-logs.ts';
import type { LogKeeper, LogLimits } from '../runtime/logs/log-keeper.ts';
import { systemClock } from '../shared/clock.ts';

/** Name of the file in the data folder. */
const LOGS_FILE = 'logs.db';

/** 1 GiB, and 30 days: Modal keeps logs for 1 or 30 days, by plan. */
export const DEFAULT_LOG_LIMITS: LogLimits = { maxBytes: 2 ** 30, maxAgeMs: 30 * 86_400_000 };

export interface OpenLogsOptions {
  readonly dataFolder: string;
  readonly logLimits?: Partial<LogLimits> | undefined;
  onDefect(error: unknown): void;
}

/** The logs. */
export async function openLogs({ dataFolder, logLimits, onDefect }: OpenLogsOptions): Promise<LogKeeper> {
  const { LogKeeper } = await import('../runtime/logs/log-keeper.ts');
  return new LogKeeper({
    file: path.join(dataFolder, LOGS_FILE),
    limits: { ...DEFAULT_LOG_LIMITS, ...logLimits },
    clock: systemClock,
    onTrouble: onDefect,
  });
}

/** What fills them. */
export async function hostedLogs(keeper: LogKeeper): Promise<HostedLogs> {
  const { HostedLogs } = await import('../runtime/logs/hosted-logs.ts');
  return new HostedLogs(keeper, systemClock);
}
