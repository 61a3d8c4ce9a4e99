import { describe, expect, it, onTestFinished } from 'vitest';
import type { AppManifest } from '../../../../src/protocol/manifest.ts';
import { decodeValue } from '../../../../src/protocol/value-codec.ts';
import { type ScheduleName, Schedules } from '../../../../src/runtime/schedules/schedules.ts';
import type { CallRecord } from '../../../../src/runtime/store/call-records.ts';
import { createMemoryStore } from '../../../../src/runtime/store/memory-store.ts';
import type { Store } from '../../../../src/runtime/store/store.ts';
import { cron, period, type Schedule } from '../../../../src/sdk/schedule.ts';
import { FakeClock } from '../../../helpers/fake-clock.ts';
import { errorOf } from '../app/temp-app.ts';

const START = Date.parse('2026-05-05T00:00Z');
const HOUR = 3_600_000;
const REPORT: ScheduleName = { environment: 'main', app: 'shop', functionName: 'report' };

/** Deploys an app whose functions have these schedules. */
async function deploy(
  store: Store,
  deployedAt: number,
  schedules: Readonly<Record<string, Schedule | undefined>>,
) {
  const functions = Object.entries(schedules).map(([name, schedule]) => ({
    name,
    ...(schedule && { schedule }),
  }));
  const manifest = { app: 'shop', functions } as unknown as AppManifest;
  const meta = { parts: {}, deployedAt, deployedBy: 'ada', client: '0' };
  const present = await store.deployments.app('main', 'shop');
  await store.deployments.publish(
    { environment: 'main', app: 'shop', manifest, ...meta },
    present?.version ?? 0,
  );
}

/** Schedules of a server on a store, and a clock to move. */
async function serverOn(store: Store, startedAt = START) {
  const clock = new FakeClock();
  let offset = startedAt;
  const submitted: CallRecord[] = [];
  const troubles: unknown[] = [];
  const date = () => clock.now() + offset;
  const schedules = new Schedules({
    store,
    clock,
    date,
    submit: (call) => submitted.push(call),
    onTrouble: (error) => troubles.push(error),
  });
  onTestFinished(() => schedules.close());
  await schedules.refresh();
  return {
    ...{ schedules, submitted, troubles, clock, date },
    /** Lets time pass, as much at once as nothing happens in. */
    async pass(ms: number) {
      for (const end = clock.now() + ms; clock.now() < end; ) {
        clock.advance(Math.min(1_000 * 60, end - clock.now()));
        await settled(schedules);
      }
    },
    /** Sets the machine's clock, while no time passes. */
    setDate(to: number) {
      offset = to - clock.now();
    },
    times: () => submitted.map(({ acceptedAt }) => (acceptedAt - START) / HOUR),
  };
}

/** Waits until what the timer began is done. */
async function settled(schedules: Schedules): Promise<void> {
  await schedules.list('main');
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}

async function end(store: Store, call: CallRecord | undefined) {
  const outcome = { state: 'succeeded', payload: new Uint8Array(), settledAt: START } as const;
  await store.calls.settle([{ id: call?.id ?? '', ...outcome }]);
}

describe('schedules of a server', () => {
  it('fire when they are due, each with a durable call without arguments', async () => {
    const store = createMemoryStore();
    await deploy(store, START, { report: cron('0 * * * *', { overlap: 'allow' }), other: undefined });
    const { submitted, pass, times } = await serverOn(store);
    await pass(2.5 * HOUR);
    expect(times()).toEqual([1, 2]);
    const [call] = submitted;
    expect(call).toMatchObject({ ...REPORT, method: '', origin: 'schedule' });
    expect(decodeValue(call?.payload ?? new Uint8Array())).toEqual([]);
    expect(await store.calls.get(call?.id ?? '')).toMatchObject({ state: 'queued' });
    expect(await store.schedules.get('main', 'shop', 'report')).toMatchObject({
      lastDueAt: START + 2 * HOUR,
      lastCallId: submitted[1]?.id,
    });
  });

  it('leave a firing out while the call before has not ended, unless both may run', async () => {
    const store = createMemoryStore();
    await deploy(store, START, { report: period({ hours: 1 }) });
    const { submitted, pass, times } = await serverOn(store);
    await pass(3.5 * HOUR);
    expect(times()).toEqual([1]);
    await end(store, submitted[0]);
    await pass(HOUR);
    expect(times()).toEqual([1, 4]);
  });

  it('go on after a restart where they were: nothing twice, and one call for all that was missed', async () => {
    const store = createMemoryStore();
    await deploy(store, START, { report: period({ hours: 1 }, { overlap: 'allow' }) });
    const first = await serverOn(store);
    await first.pass(1.2 * HOUR);
    await first.schedules.close();
    await first.pass(HOUR);
    expect(first.times()).toEqual([1]);
    const again = await serverOn(store, START + 1.5 * HOUR);
    expect(again.times()).toEqual([]);
    await again.schedules.close();
    const later = await serverOn(store, START + 6.4 * HOUR);
    expect(later.times()).toEqual([6.4]);
    await later.pass(HOUR);
    expect(later.times()).toEqual([6.4, 7]);
  });

  it('do not begin anew when the app is deployed again', async () => {
    const store = createMemoryStore();
    const schedule = period({ hours: 5 }, { overlap: 'allow' });
    await deploy(store, START, { report: schedule });
    const { schedules, pass, times, date } = await serverOn(store);
    for (let deployed = 0; deployed < 6; deployed++) {
      await pass(HOUR);
      await deploy(store, date(), { report: schedule });
      await schedules.refresh();
    }
    expect(times()).toEqual([5]);
  });

  it('stop with their app, or when a version has them no more; and begin anew when they come again', async () => {
    const store = createMemoryStore();
    const schedule = period({ hours: 1 }, { overlap: 'allow' });
    await deploy(store, START, { report: schedule });
    const { schedules, pass, times, date } = await serverOn(store);
    await pass(1.5 * HOUR);
    await deploy(store, date(), { report: undefined });
    await schedules.refresh();
    await pass(3 * HOUR);
    await deploy(store, date(), { report: schedule });
    await schedules.refresh();
    expect(times()).toEqual([1]);
    await pass(1.1 * HOUR);
    expect(times()).toEqual([1, 5.5]);
    await store.deployments.stop('main', 'shop', date());
    await schedules.refresh();
    await pass(3 * HOUR);
    await deploy(store, date(), { report: schedule });
    await schedules.refresh();
    expect(times()).toEqual([1, 5.5]);
  });

  it('pause and resume; what fell due meanwhile is not made up for, and a deploy does not resume', async () => {
    const store = createMemoryStore();
    const schedule = cron('0 * * * *', { overlap: 'allow' });
    await deploy(store, START, { report: schedule });
    const { schedules, pass, times, date } = await serverOn(store);
    expect(await schedules.pause(REPORT)).toMatchObject({ paused: true, nextAt: undefined });
    await pass(2.5 * HOUR);
    await deploy(store, date(), { report: schedule });
    await store.deployments.stop('main', 'shop', date());
    await schedules.refresh();
    await deploy(store, date(), { report: schedule });
    await schedules.refresh();
    await pass(HOUR);
    expect(times()).toEqual([]);
    expect(await schedules.resume(REPORT)).toMatchObject({ paused: false, nextAt: START + 4 * HOUR });
    await pass(HOUR);
    expect(times()).toEqual([4]);
  });

  it('run now when they are asked to, which leaves the schedule as it is', async () => {
    const store = createMemoryStore();
    await deploy(store, START, { report: cron('0 * * * *', { overlap: 'allow' }) });
    const { schedules, submitted, pass, times } = await serverOn(store);
    await pass(0.5 * HOUR);
    const id = await schedules.run(REPORT);
    expect(submitted.map((call) => call.id)).toEqual([id]);
    await pass(HOUR);
    expect(times()).toEqual([0.5, 1]);
  });

  it('are listed with when they fired and fire', async () => {
    const store = createMemoryStore();
    await deploy(store, START, { b: period({ hours: 1 }), a: cron('0 0 * * *') });
    const { schedules, submitted, pass } = await serverOn(store);
    await pass(1.1 * HOUR);
    expect(await schedules.list('main')).toMatchObject([
      {
        functionName: 'a',
        nextAt: START + 24 * HOUR,
        lastDueAt: undefined,
        lastCallId: undefined,
        paused: false,
      },
      { functionName: 'b', nextAt: START + 2 * HOUR, lastDueAt: START + HOUR, lastCallId: submitted[0]?.id },
    ]);
    expect(await schedules.list('dev')).toEqual([]);
  });

  it('refuse a name that has no schedule, and tell those that have', async () => {
    const store = createMemoryStore();
    await deploy(store, START, { report: cron('0 * * * *'), other: undefined });
    const { schedules } = await serverOn(store);
    const other = { ...REPORT, functionName: 'other' };
    const asks = [() => schedules.run(other), () => schedules.pause(other), () => schedules.resume(other)];
    for (const ask of asks) {
      const error = await errorOf(ask());
      expect(error).toMatchObject({ code: 'SCHEDULE_NOT_FOUND', exitCode: 4 });
      expect(error.suggestions.join()).toContain('shop::report');
    }
  });

  it('notice a clock that is set: forward they make up once, back they do not fire again', async () => {
    const store = createMemoryStore();
    await deploy(store, START, { report: cron('0 * * * *', { overlap: 'allow' }) });
    const { setDate, pass, times } = await serverOn(store);
    await pass(0.5 * HOUR);
    setDate(START + 7.3 * HOUR);
    await pass(60_000);
    expect(times()).toHaveLength(1);
    expect(times()[0]).toBeCloseTo(7.3, 1);
    setDate(START + 6.95 * HOUR);
    await pass(0.2 * HOUR);
    expect(times()).toHaveLength(1);
    // So far back that it must have been wrong before.
    setDate(START + 2.5 * HOUR);
    await pass(0.6 * HOUR);
    expect(times()[1]).toBe(3);
  });

  it('begin anew where they were deployed by a clock that was wrong', async () => {
    const store = createMemoryStore();
    await deploy(store, START + 9_000 * HOUR, { report: period({ hours: 1 }, { overlap: 'allow' }) });
    const early = await serverOn(store, START + 9_000 * HOUR);
    await early.schedules.close();
    const { pass, times } = await serverOn(store);
    await pass(2.5 * HOUR);
    expect(times()).toEqual([1, 2]);
  });

  it('are tried again where the store fails, and hold up no other', async () => {
    const store = createMemoryStore();
    const schedule = cron('0 * * * *', { overlap: 'allow' });
    await deploy(store, START, { report: schedule, other: schedule });
    const { fire } = store.schedules;
    const failures = [new Error('disk full')];
    store.schedules.fire = (of, ...rest) => {
      const failure = of.functionName === 'report' ? failures.pop() : undefined;
      return failure === undefined ? fire(of, ...rest) : Promise.reject(failure);
    };
    const { submitted, troubles, pass, clock, schedules } = await serverOn(store);
    await pass(HOUR);
    expect(submitted.map(({ functionName }) => functionName)).toEqual(['other']);
    expect(troubles).toHaveLength(1);
    clock.advance(5_000);
    await settled(schedules);
    expect(submitted.map(({ functionName }) => functionName)).toEqual(['other', 'report']);
  });

  it('are not those of an app that is there for one call', async () => {
    const store = createMemoryStore();
    const functions = [{ name: 'report', schedule: cron('0 * * * *') }];
    const manifest = { app: 'shop', functions, ephemeral: true } as unknown as AppManifest;
    const meta = { parts: {}, deployedAt: START, deployedBy: 'ada', client: '0' };
    await store.deployments.publish({ environment: 'main', app: 'shop', manifest, ...meta }, 0);
    const { schedules, clock } = await serverOn(store);
    expect(await schedules.list('main')).toEqual([]);
    expect(clock.pending).toBe(0);
  });

  it('set no timer where there are none', async () => {
    const { clock } = await serverOn(createMemoryStore());
    expect(clock.pending).toBe(0);
  });
});
