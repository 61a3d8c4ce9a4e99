/**
 * When a period is due. Pure.
 *
 * Times are counted from where the period began, and not from one to the next: so a month that is short does not move
 * those after it, and nothing adds up.
 */
import type { PeriodLength } from '../../sdk/schedule.ts';

const UNIT_MS = { weeks: 604_800_000, days: 86_400_000, hours: 3_600_000, minutes: 60_000, seconds: 1_000 };
/** Of a month on average: finds the neighbourhood of a time, which is then looked at exactly. */
const MONTH_MS = 30.436875 * UNIT_MS.days;

/** The first time after `time`, of a period that began at `since`. Milliseconds since 1970. */
export function nextPeriodTime(every: PeriodLength, since: number, time: number): number {
  let count = Math.max(1, guess(every, since, time));
  while (nthTime(every, since, count) > time && count > 1) count--;
  while (nthTime(every, since, count) <= time) count++;
  return nthTime(every, since, count);
}

/** The last time at or before `time`; undefined where the first is still to come. */
export function lastPeriodTime(every: PeriodLength, since: number, time: number): number | undefined {
  let count = Math.max(0, guess(every, since, time));
  while (nthTime(every, since, count + 1) <= time) count++;
  while (count > 0 && nthTime(every, since, count) > time) count--;
  return count === 0 ? undefined : nthTime(every, since, count);
}

/** How long a period is, about. */
export function periodMs(every: PeriodLength): number {
  return monthsOf(every) * MONTH_MS + restMs(every);
}

function guess(every: PeriodLength, since: number, time: number): number {
  return Math.floor((time - since) / periodMs(every));
}

function nthTime(every: PeriodLength, since: number, count: number): number {
  return addMonths(since, monthsOf(every) * count) + restMs(every) * count;
}

function monthsOf({ years = 0, months = 0 }: PeriodLength): number {
  return years * 12 + months;
}

function restMs(every: PeriodLength): number {
  return Object.entries(UNIT_MS).reduce(
    (sum, [unit, ms]) => sum + (every[unit as keyof typeof UNIT_MS] ?? 0) * ms,
    0,
  );
}

/** The same day and time so many months later; the last day of a month that is too short. */
function addMonths(time: number, months: number): number {
  if (months === 0) return time;
  const date = new Date(time);
  const day = date.getUTCDate();
  date.setUTCDate(1);
  date.setUTCMonth(date.getUTCMonth() + months);
  const lastDay = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  return date.setUTCDate(Math.min(day, lastDay));
}
