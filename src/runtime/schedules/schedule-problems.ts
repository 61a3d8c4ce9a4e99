/**
 * What is wrong with the schedules of a manifest that came from elsewhere. Pure but for the date.
 */
import type { AppManifest } from '../../protocol/manifest.ts';
import type { Schedule } from '../../sdk/schedule.ts';
import { cronProblem } from './cron-times.ts';
import { periodMs } from './period-times.ts';

/** The shortest period. */
const SHORTEST_MS = 1_000;

/** A line for each schedule that cannot be: of no time zone, of no day, of no length. */
export function scheduleProblems({ functions }: AppManifest, now: number): string[] {
  return functions.flatMap(({ name, schedule }) => {
    const problem = schedule && problemOf(schedule, now);
    return problem === undefined ? [] : [`schedule of ${name}: ${problem}`];
  });
}

function problemOf(schedule: Schedule, now: number): string | undefined {
  if (schedule.kind === 'cron') return cronProblem(schedule, now);
  return periodMs(schedule.every) < SHORTEST_MS ? 'a period of less than a second' : undefined;
}
