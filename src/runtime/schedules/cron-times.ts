/**
 * When a cron expression is due. Pure; what an expression means is croner's to know.
 *
 * Invariants
 * - around a change of clocks a daily time fires once: at the change where it is left out, the first time where it comes
 *   twice; what fires every hour or minute follows the time that passes
 */
import { Cron } from 'croner';
import type { CronSchedule } from '../../sdk/schedule.ts';

type CronTime = Pick<CronSchedule, 'expression' | 'timezone'>;

/** The first time after `time` (milliseconds since 1970); undefined where there is none. */
export function nextCronTime(schedule: CronTime, time: number): number | undefined {
  return parsed(schedule).nextRun(new Date(time))?.getTime();
}

/** The last time at or before `time`; undefined where there is none. */
export function lastCronTime(schedule: CronTime, time: number): number | undefined {
  // Croner looks strictly before, in whole seconds.
  const after = Math.floor(time / 1_000) * 1_000 + 1_000;
  return parsed(schedule).previousRuns(1, new Date(after))[0]?.getTime();
}

/** What is wrong with an expression, in a few words; undefined where nothing is. */
export function cronProblem(schedule: CronTime, now: number): string | undefined {
  try {
    return nextCronTime(schedule, now) === undefined ? 'there is no such day' : undefined;
  } catch (error) {
    return (error as Error).message.replace(/^CronPattern: /, '');
  }
}

function parsed({ expression, timezone }: CronTime): Cron {
  return new Cron(expression, { timezone, mode: '5-part', paused: true });
}
