/**
 * What the records of durable calls promise in every store.
 */
import { describe, expect, it } from 'vitest';
import type { CallRecord, StoredOutcome } from '../../src/runtime/store/call-records.ts';
import type { Store } from '../../src/runtime/store/store.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

export function newCall(given: Partial<CallRecord> = {}): CallRecord {
  return {
    id: 'fc-1',
    environment: 'main',
    app: 'shop',
    functionName: 'resize',
    method: '',
    parameters: new Uint8Array(0),
    overrides: new Uint8Array(0),
    payload: bytes('arguments'),
    origin: 'spawn',
    acceptedAt: 100,
    ...given,
  };
}

export function outcomeOf(
  id: string,
  given: Partial<StoredOutcome> = {},
): StoredOutcome & { readonly id: string } {
  return { id, state: 'succeeded', payload: bytes(`result of ${id}`), settledAt: 200, ...given };
}

const idsOf = (calls: readonly { readonly id: string }[]) => calls.map(({ id }) => id);

/** `open` gives an empty store. */
export function describeCallRecords(name: string, open: () => Promise<Store>): void {
  describe(`${name}: durable calls`, () => {
    it('are given back byte for byte until they settle', async () => {
      await using store = await open();
      const call = newCall({
        method: 'predict',
        parameters: bytes('parameters'),
        overrides: bytes('overrides'),
        payload: Uint8Array.from({ length: 256 }, (_, i) => i),
        origin: 'http',
        parent: 'fc-0',
        idempotencyKey: 'order 7',
      });
      expect(await store.calls.accept(call)).toEqual({ id: 'fc-1', isNew: true });
      expect(await store.calls.unsettled({ limit: 10 })).toEqual([call]);
      const inBlob = newCall({ id: 'fc-2', payload: new Uint8Array(0), payloadBlob: 'd1' });
      await store.calls.accept(inBlob);
      expect(await store.calls.unsettled({ limit: 10, after: 'fc-1' })).toEqual([inBlob]);
    });

    it('are summarised without what is bulky', async () => {
      await using store = await open();
      const { payload: _, parameters: __, overrides: ___, ...said } = newCall({ parent: 'fc-0' });
      await store.calls.accept(newCall({ parent: 'fc-0' }));
      const summary = { ...said, state: 'queued', attempts: 0 };
      expect(await store.calls.get('fc-1')).toEqual(summary);
      await store.calls.settle([outcomeOf('fc-1', { startedAt: 150, attempts: 2, state: 'failed' })]);
      expect(await store.calls.get('fc-1')).toEqual({
        ...summary,
        ...{ state: 'failed', attempts: 2, startedAt: 150, settledAt: 200 },
      });
      expect(await store.calls.get('fc-x')).toBeUndefined();
    });

    it('are accepted once: the same id, or the same key in a function, gives back the one that is there', async () => {
      await using store = await open();
      const { calls } = store;
      await calls.accept(newCall({ idempotencyKey: 'k' }));
      expect(await calls.accept(newCall({ payload: bytes('other') }))).toEqual({ id: 'fc-1', isNew: false });
      expect(await calls.accept(newCall({ id: 'fc-2', idempotencyKey: 'k' }))).toEqual({
        id: 'fc-1',
        isNew: false,
      });
      const elsewhere = newCall({ id: 'fc-3', functionName: 'other', idempotencyKey: 'k' });
      expect(await calls.accept(elsewhere)).toEqual({ id: 'fc-3', isNew: true });
      expect(await calls.accept(newCall({ id: 'fc-4' }))).toEqual({ id: 'fc-4', isNew: true });
      expect(idsOf(await calls.unsettled({ limit: 10 }))).toEqual(['fc-1', 'fc-3', 'fc-4']);
      expect((await calls.unsettled({ limit: 1 }))[0]?.payload).toEqual(bytes('arguments'));
    });

    it('keep their key when they settled', async () => {
      await using store = await open();
      await store.calls.accept(newCall({ idempotencyKey: 'k' }));
      await store.calls.settle([outcomeOf('fc-1')]);
      const again = await store.calls.accept(newCall({ id: 'fc-2', idempotencyKey: 'k' }));
      expect(again).toEqual({ id: 'fc-1', isNew: false });
    });

    it('are accepted together, in order, each as if alone', async () => {
      await using store = await open();
      const accepted = await store.calls.acceptAll([
        newCall({ id: 'fc-b', idempotencyKey: 'k' }),
        newCall({ id: 'fc-a' }),
        newCall({ id: 'fc-c', idempotencyKey: 'k' }),
      ]);
      expect(accepted).toEqual([
        { id: 'fc-b', isNew: true },
        { id: 'fc-a', isNew: true },
        { id: 'fc-b', isNew: false },
      ]);
      expect(idsOf(await store.calls.unsettled({ limit: 10 }))).toEqual(['fc-b', 'fc-a']);
      expect(await store.calls.acceptAll([])).toEqual([]);
    });

    it('settle once, and say which did', async () => {
      await using store = await open();
      const { calls } = store;
      await calls.acceptAll([newCall(), newCall({ id: 'fc-2' }), newCall({ id: 'fc-3' })]);
      expect(await calls.outcome('fc-1')).toBeUndefined();
      expect(await calls.settle([outcomeOf('fc-1')])).toEqual(['fc-1']);
      const late = ['fc-1', 'fc-2', 'fc-x'].map((id) => outcomeOf(id, { state: 'failed' }));
      expect(await calls.settle(late)).toEqual(['fc-2']);
      expect(await calls.settle([outcomeOf('fc-2')])).toEqual([]);
      expect(await calls.settle([])).toEqual([]);
      const { id: _, ...outcome } = outcomeOf('fc-1');
      expect(await calls.outcome('fc-1')).toEqual({ ...outcome, attempts: 0 });
      expect(await calls.outcome('fc-2')).toMatchObject({ state: 'failed' });
      expect(await calls.outcome('fc-x')).toBeUndefined();
      expect(idsOf(await calls.unsettled({ limit: 10 }))).toEqual(['fc-3']);
    });

    it('settle once, whoever says so at the same time', async () => {
      await using store = await open();
      await store.calls.accept(newCall());
      const settled = await Promise.all(
        Array.from({ length: 8 }, (_, i) => store.calls.settle([outcomeOf('fc-1', { settledAt: i })])),
      );
      expect(settled.flat()).toEqual(['fc-1']);
    });

    it('are paged while they have not settled, oldest first, of all or of one function', async () => {
      await using store = await open();
      const { calls } = store;
      // Of two functions in turn, so that pages go across them.
      const ids = Array.from({ length: 10 }, (_, i) => `fc-${9 - i}`);
      await calls.acceptAll(
        ids.map((id, i) =>
          newCall({ id, functionName: i % 2 === 0 ? 'even' : 'odd', app: i < 8 ? 'a' : 'b' }),
        ),
      );
      const pages: string[][] = [];
      for (let after: string | undefined; ; ) {
        const page = idsOf(await calls.unsettled({ limit: 4, ...(after !== undefined && { after }) }));
        if (page.length === 0) break;
        pages.push(page);
        // What settles between two pages leaves no hole.
        await calls.settle([outcomeOf(page[3] ?? '')]);
        after = page.at(-1);
      }
      expect(pages).toEqual([ids.slice(0, 4), ids.slice(4, 8), ids.slice(8)]);
      const scoped = { environment: 'main', app: 'a', functionName: 'odd', limit: 10 };
      expect(idsOf(await calls.unsettled(scoped))).toEqual(['fc-8', 'fc-4']);
      expect(await calls.unsettled({ environment: 'dev', limit: 10 })).toEqual([]);
    });

    it('are listed newest first, a page after the other, by what they are of', async () => {
      await using store = await open();
      const { calls } = store;
      await store.environments.create({ name: 'dev', createdAt: 1 });
      await calls.acceptAll([
        newCall({ id: 'fc-a' }),
        newCall({ id: 'fc-b', functionName: 'other' }),
        newCall({ id: 'fc-c', app: 'blog', parent: 'fc-a' }),
        newCall({ id: 'fc-d', environment: 'dev', parent: 'fc-a' }),
        newCall({ id: 'fc-e', parent: 'fc-a' }),
      ]);
      await calls.settle([outcomeOf('fc-a'), outcomeOf('fc-b', { state: 'timed-out' })]);
      const list = async (filter: Partial<Parameters<typeof calls.list>[0]> = {}) =>
        idsOf(await calls.list({ environment: 'main', limit: 10, ...filter }));
      expect(await list()).toEqual(['fc-e', 'fc-c', 'fc-b', 'fc-a']);
      expect(await list({ limit: 2 })).toEqual(['fc-e', 'fc-c']);
      expect(await list({ limit: 2, before: 'fc-c' })).toEqual(['fc-b', 'fc-a']);
      expect(await list({ before: 'fc-x' })).toEqual([]);
      expect(await list({ app: 'shop', functionName: 'resize' })).toEqual(['fc-e', 'fc-a']);
      expect(await list({ states: ['timed-out', 'failed'] })).toEqual(['fc-b']);
      expect(await list({ states: ['running'] })).toEqual(['fc-e', 'fc-c']);
      expect(await list({ states: ['queued', 'succeeded'] })).toEqual(['fc-e', 'fc-c', 'fc-a']);
      expect(await list({ parent: 'fc-a' })).toEqual(['fc-e', 'fc-c']);
      expect(await list({ parent: 'fc-a', app: 'blog', before: 'fc-e', states: ['queued'] })).toEqual([
        'fc-c',
      ]);
      expect(await list({ environment: 'dev' })).toEqual(['fc-d']);
    });

    it('are counted while they have not settled', async () => {
      await using store = await open();
      const { calls } = store;
      await calls.acceptAll([
        ...['fc-1', 'fc-2', 'fc-3'].map((id) => newCall({ id })),
        newCall({ id: 'fc-4', functionName: 'other' }),
        newCall({ id: 'fc-5', app: 'blog', functionName: 'post' }),
      ]);
      await calls.settle([outcomeOf('fc-1'), outcomeOf('fc-4')]);
      expect(await calls.backlog('main')).toBe(3);
      expect(await calls.backlog('main', 'shop')).toBe(2);
      expect(await calls.backlog('main', 'shop', 'other')).toBe(0);
      expect(await calls.backlog('dev')).toBe(0);
      expect(await calls.unsettledCounts()).toEqual([
        { environment: 'main', app: 'blog', functionName: 'post', count: 1 },
        { environment: 'main', app: 'shop', functionName: 'resize', count: 2 },
      ]);
    });

    it('name blobs: of their arguments until they settle, of their outcome until that is forgotten', async () => {
      await using store = await open();
      const { calls } = store;
      const blobs = async () => [...(await calls.blobs())].sort();
      await calls.acceptAll([newCall({ payloadBlob: 'in' }), newCall({ id: 'fc-2', payloadBlob: 'in' })]);
      expect(await blobs()).toEqual(['in']);
      await calls.settle([outcomeOf('fc-1', { payloadBlob: 'out', payload: new Uint8Array(0) })]);
      expect(await blobs()).toEqual(['in', 'out']);
      expect(await calls.outcome('fc-1')).toMatchObject({ payloadBlob: 'out' });
      await calls.settle([outcomeOf('fc-2')]);
      expect(await blobs()).toEqual(['out']);
      await calls.forgetOutcomesBefore(1_000);
      expect(await blobs()).toEqual([]);
    });

    it('are forgotten by when they settled: first what they gave back, then that they were', async () => {
      await using store = await open();
      const { calls } = store;
      await calls.acceptAll(['fc-1', 'fc-2', 'fc-3'].map((id) => newCall({ id, idempotencyKey: id })));
      await calls.settle([outcomeOf('fc-1', { settledAt: 300 }), outcomeOf('fc-2', { settledAt: 250 })]);
      expect(await calls.forgetOutcomesBefore(300)).toBe(1);
      expect(await calls.forgetOutcomesBefore(300)).toBe(0);
      expect(await calls.outcome('fc-2')).toBeUndefined();
      expect(await calls.get('fc-2')).toMatchObject({ state: 'succeeded' });
      expect(await calls.outcome('fc-1')).toBeDefined();
      expect(await calls.forgetSettledBefore(300)).toBe(1);
      expect(await calls.get('fc-2')).toBeUndefined();
      // Never one that has not settled, however old; and a key that is forgotten may come again.
      expect(await calls.forgetSettledBefore(Number.MAX_SAFE_INTEGER)).toBe(1);
      expect(idsOf(await calls.list({ environment: 'main', limit: 10 }))).toEqual(['fc-3']);
      expect(await calls.accept(newCall({ id: 'fc-9', idempotencyKey: 'fc-1' }))).toMatchObject({
        isNew: true,
      });
    });

    it('go with their environment, and its name can be used again', async () => {
      await using store = await open();
      await store.environments.create({ name: 'dev', createdAt: 1 });
      await store.calls.acceptAll([newCall({ environment: 'dev' }), newCall({ id: 'fc-2' })]);
      await store.environments.delete('dev', { withRecords: true });
      expect(idsOf(await store.calls.unsettled({ limit: 10 }))).toEqual(['fc-2']);
      await store.calls.accept(newCall({ id: 'fc-3', environment: 'dev' }));
      expect(await store.calls.backlog('dev')).toBe(1);
    });
  });
}
