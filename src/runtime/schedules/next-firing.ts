/**
 * When a schedule fires, and what is to be done about a firing that is due. Pure.
 *
 * Invariants
 * - no time is fired for twice, and of several that fell due together only the last is
 * - a clock that was put back a little waits until it has caught up; one that was wrong by more is believed anew
 */
import type { Schedule } from '../../sdk/schedule.ts';
import type { ScheduleRecord } from '../store/schedule-records.ts';
import { lastCronTime, nextCronTime } from './cron-times.ts';
import { lastPeriodTime, nextPeriodTime } from './period-times.ts';

/** What is remembered of a schedule, as far as it decides when it fires. */
export type Remembered = Pick<ScheduleRecord, 'since' | 'lastDueAt'>;

/** A firing that comes no later than this is on time: a start of the server, a busy machine. */
const ON_TIME_MS = 60_000;
/** A last firing that is so far ahead of the clock was noted by one that was wrong. */
const WRONG_CLOCK_MS = 3_600_000;

/** What to do now. Times are milliseconds since 1970. */
export type Firing =
  /** Nothing is due before `nextAt`; undefined where nothing ever is. */
  | { readonly kind: 'wait'; readonly nextAt: number | undefined }
  /** Call the function. */
  | { readonly kind: 'fire'; readonly dueAt: number }
  /** It is not to be made up for: note it. */
  | { readonly kind: 'leave-out'; readonly dueAt: number };

/** What a schedule asks for at `now`. */
export function firingAt(schedule: Schedule, remembered: Remembered, now: number): Firing {
  // From here on it is as if it had fired now: what its record says of the future holds nothing up.
  if (isOfWrongClock(remembered, now)) return { kind: 'leave-out', dueAt: now };
  const after = firedUntil(remembered);
  const dueAt = lastTime(schedule, remembered.since, now);
  if (dueAt === undefined || dueAt <= after) {
    return { kind: 'wait', nextAt: nextTime(schedule, remembered.since, Math.max(after, now)) };
  }
  const isMissed = now - dueAt > ON_TIME_MS;
  return { kind: isMissed && schedule.missed === 'skip' ? 'leave-out' : 'fire', dueAt };
}

/** When it fires next, if nothing is due now. */
export function nextFiringAt(schedule: Schedule, remembered: Remembered, now: number): number | undefined {
  const after = isOfWrongClock(remembered, now) ? now : firedUntil(remembered);
  return nextTime(schedule, remembered.since, Math.max(after, now));
}

/** The last time until `now`; undefined where there was none since it began. */
export function lastDueUntil(schedule: Schedule, remembered: Remembered, now: number): number | undefined {
  const dueAt = lastTime(schedule, remembered.since, now);
  return dueAt !== undefined && dueAt > firedUntil(remembered) ? dueAt : undefined;
}

/** Everything until then was seen to. */
function firedUntil({ since, lastDueAt = since }: Remembered): number {
  return lastDueAt;
}

/** Whether it was noted by a clock that was hours ahead of the one that is asked now. */
function isOfWrongClock(remembered: Remembered, now: number): boolean {
  return firedUntil(remembered) > now + WRONG_CLOCK_MS;
}

function nextTime(schedule: Schedule, since: number, time: number): number | undefined {
  return schedule.kind === 'cron'
    ? nextCronTime(schedule, time)
    : nextPeriodTime(schedule.every, since, time);
}

function lastTime(schedule: Schedule, since: number, time: number): number | undefined {
  return schedule.kind === 'cron'
    ? lastCronTime(schedule, time)
    : lastPeriodTime(schedule.every, since, time);
}
