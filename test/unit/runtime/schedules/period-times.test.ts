import { describe, expect, it } from 'vitest';
import { lastPeriodTime, nextPeriodTime, periodMs } from '../../../../src/runtime/schedules/period-times.ts';
import type { PeriodLength } from '../../../../src/sdk/schedule.ts';

const at = (text: string) => Date.parse(`${text}Z`);

function times(every: PeriodLength, since: string, count: number): string[] {
  const found: string[] = [];
  for (let time = at(since); found.length < count; ) {
    time = nextPeriodTime(every, at(since), time);
    found.push(new Date(time).toISOString().slice(0, 16));
  }
  return found;
}

describe('times of a period', () => {
  it('are counted from where it began', () => {
    expect(times({ hours: 1, minutes: 30 }, '2026-01-01T00:10', 3)).toEqual([
      ...['2026-01-01T01:40', '2026-01-01T03:10', '2026-01-01T04:40'],
    ]);
    expect(nextPeriodTime({ hours: 6 }, at('2026-01-01T00:00'), at('2027-05-05T05:05'))).toBe(
      at('2027-05-05T06:00'),
    );
  });

  it('are those of the calendar for months and years: a short month does not move the next', () => {
    expect(times({ months: 1 }, '2026-01-31T08:00', 4)).toEqual([
      ...['2026-02-28T08:00', '2026-03-31T08:00', '2026-04-30T08:00', '2026-05-31T08:00'],
    ]);
    expect(times({ years: 1 }, '2024-02-29T00:00', 4).at(-1)).toBe('2028-02-29T00:00');
    expect(times({ months: 1, days: 1 }, '2026-01-31T00:00', 2)).toEqual([
      '2026-03-01T00:00',
      '2026-04-02T00:00',
    ]);
  });

  it('begin with the first whole period', () => {
    const since = at('2026-01-01T00:00');
    expect(lastPeriodTime({ hours: 1 }, since, since)).toBeUndefined();
    expect(lastPeriodTime({ hours: 1 }, since, since + 3_599_999)).toBeUndefined();
    expect(lastPeriodTime({ hours: 1 }, since, since + 3_600_000)).toBe(since + 3_600_000);
    // With a clock that is before its beginning.
    expect(lastPeriodTime({ hours: 1 }, since, since - 90_000_000)).toBeUndefined();
    expect(nextPeriodTime({ hours: 1 }, since, since - 90_000_000)).toBe(since + 3_600_000);
  });

  it.each<PeriodLength>([
    { seconds: 1 },
    { minutes: 7 },
    { days: 1, hours: 5 },
    { months: 1 },
    { years: 1, days: 3 },
  ])('look the same forwards and backwards: %j', (every) => {
    const since = at('2025-12-31T23:00');
    let time = since;
    for (let step = 0; step < 50; step++) {
      const next = nextPeriodTime(every, since, time);
      const after = nextPeriodTime(every, since, next);
      expect(next).toBeGreaterThan(time);
      for (const now of [next, next + 1, after - 1]) expect(lastPeriodTime(every, since, now)).toBe(next);
      time = next;
    }
  });

  it('are about so far apart', () => {
    expect(periodMs({ weeks: 1, seconds: 5 })).toBe(604_805_000);
    expect(periodMs({})).toBe(0);
  });
});
