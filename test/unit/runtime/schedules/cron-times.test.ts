import { describe, expect, it } from 'vitest';
import { cronProblem, lastCronTime, nextCronTime } from '../../../../src/runtime/schedules/cron-times.ts';

const BERLIN = 'Europe/Berlin';

/** The first times from then on. */
function times(expression: string, timezone: string, from: string, count: number): string[] {
  const found: string[] = [];
  for (let time: number | undefined = Date.parse(from); found.length < count; ) {
    time = nextCronTime({ expression, timezone }, time);
    if (time === undefined) break;
    found.push(new Date(time).toISOString().slice(0, 16));
  }
  return found;
}

describe('times of a cron expression', () => {
  it('are those of its time zone', () => {
    expect(times('0 2 * * *', 'UTC', '2026-01-01T00:00Z', 1)).toEqual(['2026-01-01T02:00']);
    expect(times('0 2 * * *', BERLIN, '2026-01-01T00:00Z', 1)).toEqual(['2026-01-01T01:00']);
    expect(times('0 2 * * *', 'America/New_York', '2026-07-01T00:00Z', 1)).toEqual(['2026-07-01T06:00']);
    expect(times('30 9 * * MON', 'Asia/Kolkata', '2026-01-01T00:00Z', 1)).toEqual(['2026-01-05T04:00']);
  });

  it.each([
    ['@hourly', '2026-01-01T01:00'],
    ['@daily', '2026-01-02T00:00'],
    ['*/20 * * * *', '2026-01-01T00:20'],
    ['0 8-18 * * 1-5', '2026-01-01T08:00'],
    ['0 0 L * *', '2026-01-31T00:00'],
    ['0 0 * * MON#2', '2026-01-12T00:00'],
    ['0 0 29 2 *', '2028-02-29T00:00'],
  ])('%s comes first at %s of 2026', (expression, first) => {
    expect(times(expression, 'UTC', '2026-01-01T00:00Z', 1)).toEqual([first]);
  });

  it('fire once at the change where clocks are put forward past them', () => {
    // In Berlin on 29 March 2026, 02:00 is followed by 03:00 (01:00 UTC).
    expect(times('30 2 * * *', BERLIN, '2026-03-28T00:00Z', 3)).toEqual([
      ...['2026-03-28T01:30', '2026-03-29T01:00', '2026-03-30T00:30'],
    ]);
    expect(times('0 * * * *', BERLIN, '2026-03-29T00:00Z', 3)).toEqual([
      ...['2026-03-29T01:00', '2026-03-29T02:00', '2026-03-29T03:00'],
    ]);
  });

  it('fire once where clocks are put back before them; what fires each hour goes on each hour', () => {
    // In Berlin on 25 October 2026, 03:00 is followed by 02:00 (01:00 UTC).
    expect(times('30 2 * * *', BERLIN, '2026-10-24T12:00Z', 2)).toEqual([
      ...['2026-10-25T00:30', '2026-10-26T01:30'],
    ]);
    expect(times('0 * * * *', BERLIN, '2026-10-24T23:30Z', 4)).toEqual([
      ...['2026-10-25T00:00', '2026-10-25T01:00', '2026-10-25T02:00', '2026-10-25T03:00'],
    ]);
  });

  it.each([
    ['30 2 * * *', BERLIN],
    ['*/15 * * * *', BERLIN],
    ['0 9 * * 1-5', 'America/New_York'],
    ['0 0 1 * *', 'Pacific/Auckland'],
  ])('look the same forwards and backwards: %s in %s', (expression, timezone) => {
    const schedule = { expression, timezone };
    for (const start of [
      '2026-03-07T20:00Z',
      '2026-03-28T20:00Z',
      '2026-10-24T20:00Z',
      '2026-10-31T20:00Z',
    ]) {
      let time = Date.parse(start);
      for (let step = 0; step < 60; step++) {
        const next = nextCronTime(schedule, time) as number;
        // At the time itself, a moment later, and just before the one after it.
        const after = nextCronTime(schedule, next) as number;
        for (const now of [next, next + 1, next + 999, after - 1])
          expect(lastCronTime(schedule, now)).toBe(next);
        time = next;
      }
    }
  });
});

describe('what is wrong with an expression', () => {
  it.each(['0 2 * *', '* * * * * *', '99 * * * *', 'every hour', '', '0 0 31 2 *'])(
    '%j is no cron expression',
    (expression) => {
      expect(cronProblem({ expression, timezone: 'UTC' }, 0)).toEqual(expect.any(String));
    },
  );

  it('is nothing where it is one', () => {
    expect(cronProblem({ expression: '0 2 * * *', timezone: BERLIN }, 0)).toBeUndefined();
  });
});
