/**
 * What the records of schedules promise in every store.
 */
import { describe, expect, it } from 'vitest';
import type { Store } from '../../src/runtime/store/store.ts';
import { newCall } from './call-records.contract.ts';

const NAMES = ['main', 'shop', 'report'] as const;
const schedule = { environment: 'main', app: 'shop', functionName: 'report' };

/** `open` gives an empty store. */
export function describeScheduleRecords(name: string, open: () => Promise<Store>): void {
  describe(`${name}: schedules`, () => {
    it('are put once: a later deployment leaves when they began', async () => {
      await using store = await open();
      const { schedules } = store;
      expect(await schedules.get(...NAMES)).toBeUndefined();
      await schedules.ensure({ ...schedule, since: 100 });
      await schedules.ensure({ ...schedule, since: 200 });
      expect(await schedules.get(...NAMES)).toEqual({ ...schedule, since: 100, paused: false });
      await schedules.ensure({ ...schedule, functionName: 'another', since: 100 });
      await schedules.ensure({ ...schedule, environment: 'dev', since: 100 });
      const names = async (environment?: string) =>
        (await schedules.list(environment)).map((each) => `${each.environment}/${each.functionName}`);
      expect(await names()).toEqual(['dev/report', 'main/another', 'main/report']);
      expect(await names('main')).toEqual(['main/another', 'main/report']);
    });

    it('are paused and go on', async () => {
      await using store = await open();
      const { schedules } = store;
      expect(await schedules.setPaused(...NAMES, true)).toBe(false);
      await schedules.ensure({ ...schedule, since: 100 });
      expect(await schedules.setPaused(...NAMES, true)).toBe(true);
      expect(await schedules.get(...NAMES)).toMatchObject({ paused: true });
      await schedules.setPaused(...NAMES, false);
      expect(await schedules.get(...NAMES)).toMatchObject({ paused: false });
    });

    it('fire once after the firing before, together with the call', async () => {
      await using store = await open();
      const { schedules, calls } = store;
      await schedules.ensure({ ...schedule, since: 100 });
      const fire = (dueAt: number, id: string, after?: number) =>
        schedules.fire(schedule, { dueAt, after }, newCall({ id, ...schedule, origin: 'schedule' }));
      const fired = await Promise.all([fire(500, 'fc-1'), fire(500, 'fc-2'), fire(600, 'fc-3')]);
      expect(fired).toEqual([true, false, false]);
      expect(await schedules.get(...NAMES)).toMatchObject({ lastDueAt: 500, lastCallId: 'fc-1' });
      expect((await calls.unsettled({ limit: 10 })).map(({ id }) => id)).toEqual(['fc-1']);
      expect(await fire(600, 'fc-4', 400)).toBe(false);
      // After a clock that was wrong, an earlier time may follow.
      expect(await fire(450, 'fc-5', 500)).toBe(true);
      expect(await schedules.get(...NAMES)).toMatchObject({ lastDueAt: 450, lastCallId: 'fc-5' });
    });

    it('note a firing that is left out, and keep the call before', async () => {
      await using store = await open();
      const { schedules, calls } = store;
      await schedules.ensure({ ...schedule, since: 100 });
      await schedules.fire(schedule, { dueAt: 500, after: undefined }, newCall(schedule));
      expect(await schedules.fire(schedule, { dueAt: 600, after: 500 })).toBe(true);
      expect(await schedules.get(...NAMES)).toMatchObject({ lastDueAt: 600, lastCallId: 'fc-1' });
      expect(await schedules.fire(schedule, { dueAt: 700, after: 500 })).toBe(false);
      expect(await calls.backlog('main')).toBe(1);
    });

    it('fire nothing where there is no schedule, and are gone when they are deleted', async () => {
      await using store = await open();
      const { schedules, calls } = store;
      expect(await schedules.fire(schedule, { dueAt: 500, after: undefined }, newCall(schedule))).toBe(false);
      expect(await calls.backlog('main')).toBe(0);
      await schedules.ensure({ ...schedule, since: 100 });
      expect(await schedules.delete(...NAMES)).toBe(true);
      expect(await schedules.delete(...NAMES)).toBe(false);
      expect(await schedules.list()).toEqual([]);
    });
  });
}
