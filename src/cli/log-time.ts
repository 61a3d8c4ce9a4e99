/**
 * Reads a moment as people type one: `30m`, `2h`, `1d` ago, or a date. Pure.
 */
import { UserError } from '../shared/errors.ts';

const UNIT_MS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** The moment, as ISO 8601 in UTC. A date without a zone is of this machine's. Throws INVALID_TIME. */
export function logTime(typed: string, now: number): string {
  const [, count, unit = ''] = /^(\d+(?:\.\d+)?)([smhd])$/.exec(typed.trim()) ?? [];
  const at = count === undefined ? Date.parse(typed) : now - Number(count) * (UNIT_MS[unit] as number);
  const date = new Date(at);
  if (Number.isFinite(date.getTime())) return date.toISOString();
  throw new UserError('INVALID_TIME', `${typed} is no time`, {
    suggestions: ['say how long ago: 30s, 15m, 2h, 1d', 'or a date: 2026-11-24T10:00, 2026-11-24T10:00Z'],
  });
}
