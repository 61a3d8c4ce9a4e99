import { describe, expect, it, vi } from 'vitest';
import type { EncodedCall, EncodedCalls, EncodedOutcome } from '../../../../src/protocol/invocation.ts';
import { decodeValue } from '../../../../src/protocol/value-codec.ts';
import { MAX_HANDED } from '../../../../src/runtime/calls/call-lane.ts';
import { DurableCalls, type DurableCallsOptions } from '../../../../src/runtime/calls/durable-calls.ts';
import { forgetOldResults } from '../../../../src/runtime/calls/result-retention.ts';
import { createMemoryStore } from '../../../../src/runtime/store/memory-store.ts';
import { newId } from '../../../../src/shared/ids.ts';
import { encoded } from '../../../helpers/local-app.ts';

/** An app that takes calls and settles them when it is told to. */
class HeldApp implements EncodedCalls {
  readonly calls: EncodedCall[] = [];

  submit(call: EncodedCall) {
    this.calls.push(call);
    return {
      cancel: () => void call.onSettled({ state: 'cancelled', payload: encoded(new Error('cancelled')) }),
      credit: () => {},
      awaited: () => {},
      progress: () => ({ state: 'running', attempts: 1, startedAt: 5, waitingFor: undefined }) as const,
    };
  }

  /** Settles calls with their arguments, in the order they came. */
  async answer(calls: readonly EncodedCall[] = this.calls): Promise<void> {
    for (const call of [...calls]) {
      await call.onSettled({ state: 'succeeded', payload: call.payload });
      this.calls.splice(this.calls.indexOf(call), 1);
    }
  }

  /** Cancels what it has, as an app does that ends. */
  async end(): Promise<void> {
    const payload = encoded(new Error('the app ends'));
    await Promise.all(this.calls.splice(0).map((call) => call.onSettled({ state: 'cancelled', payload })));
  }

  find = () => undefined;
  updateAutoscaler() {}
  stats = () => ({ backlog: 0, containers: 0, running: 0 });
  describe = () => ({ kind: 'function', generator: false, batched: false, methods: [] }) as const;
}

async function opened(options: Partial<DurableCallsOptions> = {}) {
  const store = createMemoryStore();
  const open = () =>
    DurableCalls.open({
      records: store.calls,
      onDefect: (error) => {
        throw error;
      },
      ...options,
    });
  return { store, open, calls: await open() };
}

const spawned = (calls: DurableCalls, value: unknown = 1, more: object = {}) =>
  calls.spawn('main', {
    id: newId('fc'),
    target: { app: 'a', function: 'f' },
    payload: encoded([value]),
    ...more,
  });

const resultIn = (outcome: EncodedOutcome | undefined) => outcome && decodeValue(outcome.payload);

describe('durable calls', () => {
  it('wait for their app, and go there in order', async () => {
    const { calls } = await opened();
    const ids = [await spawned(calls, 1), await spawned(calls, 2), await spawned(calls, 3)];
    const app = new HeldApp();
    await calls.resume('main', 'a', app);
    expect(app.calls.map(({ id }) => id)).toEqual(ids);
    await app.answer();
    expect(resultIn(await calls.outcome('main', ids[1] as string))).toEqual([2]);
    expect(calls.unsettled).toBe(0);
  });

  it('are in memory only so many at a time, and all have their turn', async () => {
    const { calls } = await opened();
    const app = new HeldApp();
    await calls.resume('main', 'a', app);
    const ids = await Promise.all(Array.from({ length: MAX_HANDED + 700 }, (_, n) => spawned(calls, n)));
    await vi.waitFor(() => expect(app.calls).toHaveLength(MAX_HANDED));
    const seen: string[] = [];
    while (calls.unsettled > 0) {
      expect(app.calls.length).toBeLessThanOrEqual(MAX_HANDED);
      const now = app.calls.slice(0, 300);
      seen.push(...now.map(({ id }) => id));
      await app.answer(now);
      if (calls.unsettled > 0) await vi.waitFor(() => expect(app.calls.length).toBeGreaterThan(0));
    }
    expect(seen).toEqual(ids);
  });

  it('that their app ended under go to the one after it, and settle once', async () => {
    const { calls } = await opened();
    const first = new HeldApp();
    await calls.resume('main', 'a', first);
    const id = await spawned(calls, 'again');
    await vi.waitFor(() => expect(first.calls).toHaveLength(1));
    await first.end();
    expect(await calls.outcome('main', id)).toBe(undefined);
    const second = new HeldApp();
    await calls.resume('main', 'a', second);
    expect(second.calls.map((call) => [call.id, call.resumed])).toEqual([[id, false]]);
    await second.answer();
    expect(resultIn(await calls.outcome('main', id))).toEqual(['again']);
  });

  it('are known to be resumed where an earlier process accepted them', async () => {
    const { calls, open } = await opened();
    const id = await spawned(calls);
    const app = new HeldApp();
    await (await open()).resume('main', 'a', app);
    expect(app.calls.map((call) => [call.id, call.resumed])).toEqual([[id, true]]);
  });

  it('are told to nobody before their outcome is kept', async () => {
    const { calls, store } = await opened();
    const app = new HeldApp();
    await calls.resume('main', 'a', app);
    const id = await spawned(calls, 'kept');
    await vi.waitFor(() => expect(app.calls).toHaveLength(1));
    const kept = Promise.withResolvers<void>();
    const settle = store.calls.settle.bind(store.calls);
    vi.spyOn(store.calls, 'settle').mockImplementation(async (outcomes) => {
      await kept.promise;
      return settle(outcomes);
    });
    const told: EncodedOutcome[] = [];
    await calls.find('main', id, (outcome) => void told.push(outcome));
    const answered = app.answer();
    await new Promise((resolve) => setImmediate(resolve));
    expect(told).toEqual([]);
    kept.resolve();
    await answered;
    expect(told.map(resultIn)).toEqual([['kept']]);
  });

  it('wait until their outcome can be written', async () => {
    const defects: unknown[] = [];
    const { calls, store } = await opened({ onDefect: (error) => void defects.push(error) });
    const app = new HeldApp();
    await calls.resume('main', 'a', app);
    const id = await spawned(calls, 'late');
    await vi.waitFor(() => expect(app.calls).toHaveLength(1));
    vi.spyOn(store.calls, 'settle').mockRejectedValueOnce(new Error('disk full'));
    await app.answer();
    expect(defects).toEqual([expect.objectContaining({ message: 'disk full' })]);
    expect(resultIn(await calls.outcome('main', id))).toEqual(['late']);
  });

  it('are cancelled whether they wait in the store or run', async () => {
    const { calls } = await opened();
    const app = new HeldApp();
    await calls.resume('main', 'a', app);
    const running = await spawned(calls);
    await vi.waitFor(() => expect(app.calls).toHaveLength(1));
    expect(await calls.cancel('main', running)).toBe(true);
    calls.pause('main', 'a');
    const waiting = await spawned(calls);
    expect(await calls.cancel('main', waiting)).toBe(true);
    expect(await calls.cancel('main', waiting)).toBe(false);
    for (const id of [running, waiting]) {
      await vi.waitFor(async () => expect((await calls.get('main', id)).state).toBe('cancelled'));
    }
    const next = new HeldApp();
    await calls.resume('main', 'a', next);
    expect(next.calls).toEqual([]);
  });

  it('are refused where too many of their function wait, and taken when one is done', async () => {
    const { calls } = await opened({ backlogLimit: 2 });
    const app = new HeldApp();
    await calls.resume('main', 'a', app);
    await spawned(calls);
    await spawned(calls);
    await expect(spawned(calls)).rejects.toMatchObject({ code: 'BACKLOG_FULL' });
    await spawned(calls, 1, { target: { app: 'a', function: 'other' } });
    await vi.waitFor(() => expect(app.calls).toHaveLength(3));
    await app.answer();
    await spawned(calls);
  });

  it('are one for each idempotency key and for each id', async () => {
    const { calls } = await opened();
    const first = await spawned(calls, 1, { idempotencyKey: 'k' });
    expect(await spawned(calls, 2, { idempotencyKey: 'k' })).toBe(first);
    expect(await spawned(calls, 3, { id: first })).toBe(first);
    expect(calls.unsettled).toBe(1);
    const app = new HeldApp();
    await calls.resume('main', 'a', app);
    expect(app.calls.map(({ id }) => id)).toEqual([first]);
  });

  it('are known in their environment alone', async () => {
    const { calls } = await opened();
    const id = await spawned(calls);
    await expect(calls.get('other', id)).rejects.toMatchObject({ code: 'CALL_NOT_FOUND' });
    await expect(calls.outcome('other', id)).rejects.toMatchObject({ code: 'CALL_NOT_FOUND' });
    await expect(calls.cancel('other', id)).rejects.toMatchObject({ code: 'CALL_NOT_FOUND' });
    await expect(calls.find('other', id, () => {})).rejects.toMatchObject({ code: 'CALL_NOT_FOUND' });
  });

  it('keep their results for so many days, and are known for longer', async () => {
    const { calls, store } = await opened({ resultsDays: 2 });
    const app = new HeldApp();
    await calls.resume('main', 'a', app);
    const id = await spawned(calls);
    await vi.waitFor(() => expect(app.calls).toHaveLength(1));
    await app.answer();
    const days = (count: number) => Date.now() + count * 86_400_000;
    await forgetOldResults(store.calls, 2, days(1.9));
    expect(resultIn(await calls.outcome('main', id))).toEqual([1]);
    await forgetOldResults(store.calls, 2, days(2.1));
    await expect(calls.outcome('main', id)).rejects.toMatchObject({ code: 'OUTPUT_EXPIRED' });
    await forgetOldResults(store.calls, 2, days(31));
    await expect(calls.outcome('main', id)).rejects.toMatchObject({ code: 'CALL_NOT_FOUND' });
  });

  it('of a whole app end where it is stopped', async () => {
    const { calls } = await opened();
    await Promise.all(Array.from({ length: 1200 }, (_, n) => spawned(calls, n)));
    const other = await spawned(calls, 1, { target: { app: 'b', function: 'f' } });
    await calls.cancelAll('main', 'a');
    expect(calls.unsettled).toBe(1);
    expect((await calls.get('main', other)).state).toBe('queued');
  });
});
