import { describe, expect, it } from 'vitest';
import { firingAt, lastDueUntil, nextFiringAt } from '../../../../src/runtime/schedules/next-firing.ts';
import { cron, period } from '../../../../src/sdk/schedule.ts';

const at = (time: string) => Date.parse(`2026-05-05T${time}Z`);
const HOURLY = cron('0 * * * *');
const SINCE = at('00:30');

describe('a schedule at a time', () => {
  it('waits for the first time after it was deployed', () => {
    expect(firingAt(HOURLY, { since: SINCE }, at('00:59'))).toEqual({ kind: 'wait', nextAt: at('01:00') });
    expect(firingAt(period({ hours: 1 }), { since: SINCE }, at('01:00'))).toEqual({
      kind: 'wait',
      nextAt: at('01:30'),
    });
  });

  it('fires when it is due, once', () => {
    expect(firingAt(HOURLY, { since: SINCE }, at('01:00'))).toEqual({ kind: 'fire', dueAt: at('01:00') });
    const fired = { since: SINCE, lastDueAt: at('01:00') };
    expect(firingAt(HOURLY, fired, at('01:00'))).toEqual({ kind: 'wait', nextAt: at('02:00') });
    expect(firingAt(HOURLY, fired, at('01:59'))).toEqual({ kind: 'wait', nextAt: at('02:00') });
  });

  it('makes up for what it missed with one firing, or leaves it out', () => {
    const fired = { since: SINCE, lastDueAt: at('01:00') };
    expect(firingAt(HOURLY, fired, at('05:20'))).toEqual({ kind: 'fire', dueAt: at('05:00') });
    const skipping = cron('0 * * * *', { missed: 'skip' });
    expect(firingAt(skipping, fired, at('05:20'))).toEqual({ kind: 'leave-out', dueAt: at('05:00') });
    // And goes on as if it had not been away.
    const after = { since: SINCE, lastDueAt: at('05:00') };
    expect(firingAt(skipping, after, at('05:20'))).toEqual({ kind: 'wait', nextAt: at('06:00') });
  });

  it('counts less than a minute late as on time', () => {
    const skipping = cron('0 * * * *', { missed: 'skip' });
    const fired = { since: SINCE, lastDueAt: at('01:00') };
    expect(firingAt(skipping, fired, at('02:01'))).toMatchObject({ kind: 'fire' });
    expect(firingAt(skipping, fired, at('02:01') + 1)).toMatchObject({ kind: 'leave-out' });
  });

  it('keeps its beat: a period that was late or missed goes on from where it began', () => {
    const every = period({ hours: 2 });
    expect(firingAt(every, { since: SINCE, lastDueAt: at('02:30') }, at('09:00'))).toEqual({
      kind: 'fire',
      dueAt: at('08:30'),
    });
    expect(nextFiringAt(every, { since: SINCE, lastDueAt: at('08:30') }, at('09:00'))).toBe(at('10:30'));
  });

  it('does not fire again for a time that comes again where the clock was put back', () => {
    const fired = { since: SINCE, lastDueAt: at('12:00') };
    expect(firingAt(HOURLY, fired, at('11:59'))).toEqual({ kind: 'wait', nextAt: at('13:00') });
    expect(firingAt(HOURLY, fired, at('12:00'))).toEqual({ kind: 'wait', nextAt: at('13:00') });
  });

  it('is not held up by a firing that was noted by a clock that was wrong by hours', () => {
    const fired = { since: SINCE, lastDueAt: Date.parse('2031-01-01T00:00Z') };
    expect(firingAt(HOURLY, fired, at('11:59'))).toEqual({ kind: 'leave-out', dueAt: at('11:59') });
    expect(nextFiringAt(HOURLY, fired, at('11:59'))).toBe(at('12:00'));
  });

  it('never fires where there is no such time any more', () => {
    const past = cron('0 0 31 2 *');
    expect(firingAt(past, { since: SINCE }, at('01:00'))).toEqual({ kind: 'wait', nextAt: undefined });
  });

  it('knows what fell due until now, which somebody may want to pass over', () => {
    expect(lastDueUntil(HOURLY, { since: SINCE, lastDueAt: at('01:00') }, at('05:20'))).toBe(at('05:00'));
    expect(lastDueUntil(HOURLY, { since: SINCE, lastDueAt: at('05:00') }, at('05:20'))).toBeUndefined();
  });
});
