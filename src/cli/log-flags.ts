/**
 * Flags of the commands that show logs, and what they ask of the server.
 */
import { Flags } from '@oclif/core';
import type { Sent } from '../protocol/api/route-types.ts';
import { logTime } from './log-time.ts';
import { LINE_PARTS, type LinePart } from './render/app-logs.ts';

/** Lines without any flag. */
const DEFAULT_TAIL = 100;

/** What both `app logs` and `container logs` take. */
export const logFilters = {
  follow: Flags.boolean({ char: 'f', description: 'go on with lines as they come, until Ctrl-C' }),
  since: Flags.string({ helpValue: 'TIME', description: 'only lines from then on: 30m, 2h, 1d or a date' }),
  until: Flags.string({
    helpValue: 'TIME',
    exclusive: ['follow'],
    description: 'only lines until then',
  }),
  tail: Flags.integer({
    char: 'n',
    min: 0,
    max: 100_000,
    helpValue: 'N',
    description: 'only the last that many lines',
  }),
  search: Flags.string({
    helpValue: 'TEXT',
    description: 'only lines with this text, in any case of letters',
  }),
  source: Flags.option({
    char: 's',
    options: ['stdout', 'stderr', 'system'] as const,
    description: 'only lines that were printed there; system: what dray says',
  })(),
  call: Flags.string({ helpValue: 'fc-…', description: 'only lines of this call' }),
  timestamps: Flags.boolean({ description: 'begin each line with its time' }),
  show: Flags.option({
    options: LINE_PARTS,
    multiple: true,
    description: 'begin each line with these; default: the function, on a terminal',
  })(),
};

export interface LogFlags {
  readonly follow: boolean;
  readonly since?: string | undefined;
  readonly until?: string | undefined;
  readonly tail?: number | undefined;
  readonly search?: string | undefined;
  readonly source?: 'stdout' | 'stderr' | 'system' | undefined;
  readonly call?: string | undefined;
}

/** What is asked of the server. Throws INVALID_TIME. */
export function logQueryOf(flags: LogFlags): NonNullable<Sent<'logs'>['query']> {
  const { follow, since, until, search, source, call } = flags;
  const tail = flags.tail ?? (since === undefined && until === undefined ? DEFAULT_TAIL : undefined);
  const now = Date.now();
  return {
    ...(follow && { follow }),
    ...(since !== undefined && { since: logTime(since, now) }),
    ...(until !== undefined && { until: logTime(until, now) }),
    ...(tail !== undefined && { tail }),
    ...(search !== undefined && { search }),
    ...(source !== undefined && { source }),
    ...(call !== undefined && { call }),
  };
}

/** What heads each line. */
export function shownParts(asked: readonly LinePart[] | undefined): readonly LinePart[] {
  return asked ?? (process.stdout.isTTY ? ['function'] : []);
}
