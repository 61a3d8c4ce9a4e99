/**
 * What the settings say of how much of logs a server keeps; what they leave open, the server decides. Pure.
 */
import type { Settings } from './settings.ts';

const MIB = 1_048_576;
const DAY_MS = 86_400_000;

export interface LogLimitSettings {
  readonly maxBytes?: number;
  readonly maxAgeMs?: number;
}

/** Both come checked, by the rules of the settings. */
export function logLimits(settings: Settings): LogLimitSettings {
  const [mib, days] = [settings.of('logs_max_mib'), settings.of('logs_max_days')];
  return {
    ...(mib !== undefined && { maxBytes: Number(mib.value) * MIB }),
    ...(days !== undefined && { maxAgeMs: Number(days.value) * DAY_MS }),
  };
}
