import { describe, expect, it } from 'vitest';
import type { AppManifest } from '../../../../src/protocol/manifest.ts';
import { scheduleProblems } from '../../../../src/runtime/schedules/schedule-problems.ts';
import { cron, period, type Schedule } from '../../../../src/sdk/schedule.ts';

const problemsOf = (schedule: Schedule | undefined) => {
  const functions = [{ name: 'report', ...(schedule && { schedule }) }];
  return scheduleProblems({ app: 'shop', functions } as unknown as AppManifest, 0);
};

describe('scheduleProblems', () => {
  it.each([cron('0 2 * * *', { timezone: 'Europe/Berlin' }), period({ seconds: 1 }), undefined])(
    'finds none in %j',
    (schedule) => expect(problemsOf(schedule)).toEqual([]),
  );

  it.each([
    cron('every night'),
    cron('0 0 31 2 *'),
    cron('0 2 * * *', { timezone: 'Mars/Olympus' }),
    period({}),
    period({ seconds: 0.5 }),
  ])('names the function of %j', (schedule) => {
    expect(problemsOf(schedule)).toEqual([expect.stringMatching(/^schedule of report: ./)]);
  });
});
