import { describe, expect, it } from 'vitest';
import { GroupCommit } from '../../src/runtime/store/group-commit.ts';
import { CallInsertion } from '../../src/runtime/store/sqlite-call-insertion.ts';
import { sqliteCalls } from '../../src/runtime/store/sqlite-calls.ts';
import { SqliteConnection } from '../../src/runtime/store/sqlite-connection.ts';
import { newCall, outcomeOf } from '../contract/call-records.contract.ts';
import { openedStore } from './opened-store.ts';
import { storeFolder } from './store-folder.ts';

const CALLS = 100_000;
const idOf = (index: number) => `fc-${index}`;

describe('100,000 calls', () => {
  it('are accepted, paged, counted, settled and forgotten', async () => {
    await using store = await openedStore();
    const { calls } = store;
    const ids = Array.from({ length: CALLS }, (_, i) => idOf(i));
    const accepted = await Promise.all(
      ids.map((id, i) => calls.accept(newCall({ id, functionName: `f${i % 3}` }))),
    );
    expect(accepted.filter(({ isNew }) => isNew)).toHaveLength(CALLS);
    expect(await calls.backlog('main')).toBe(CALLS);

    let seen = 0;
    for (let after: string | undefined; ; ) {
      const page = await calls.unsettled({ limit: 5_000, ...(after !== undefined && { after }) });
      if (page.length === 0) break;
      if (page.some(({ id }, i) => id !== idOf(seen + i))) throw new Error(`a wrong page after ${after}`);
      seen += page.length;
      after = page.at(-1)?.id;
    }
    expect(seen).toBe(CALLS);

    for (let from = 0; from < CALLS; from += 10_000)
      await calls.settle(
        ids
          .slice(from, from + 10_000)
          .map((id, i) => outcomeOf(id, { state: i === 0 ? 'failed' : 'succeeded' })),
      );
    const failed = await calls.list({ environment: 'main', states: ['failed'], limit: 100 });
    expect(failed.map(({ id }) => id)).toEqual(
      Array.from({ length: 10 }, (_, i) => idOf(90_000 - i * 10_000)),
    );
    expect(await calls.forgetOutcomesBefore(201)).toBe(CALLS);
    expect(await calls.forgetSettledBefore(201)).toBe(CALLS);
    expect(await calls.list({ environment: 'main', limit: 10 })).toEqual([]);
  });
});

describe('what is asked of calls', () => {
  it('is answered along an index: no statement walks through all of them', async () => {
    using folder = storeFolder();
    const connection = await SqliteConnection.open(folder.file);
    const asked = new Set<string>();
    const recording = new Proxy(connection, {
      get(target, property) {
        if (property === 'statement')
          return (sql: string) => {
            asked.add(sql);
            return target.statement(sql);
          };
        const value = Reflect.get(target, property, target);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
    const calls = sqliteCalls(recording, new GroupCommit(connection), new CallInsertion(recording));
    await calls.acceptAll([newCall({ idempotencyKey: 'k' }), newCall({ id: 'fc-2', idempotencyKey: 'k' })]);
    await calls.list({ environment: 'main', app: 'shop', functionName: 'resize', before: 'fc-1', limit: 10 });
    await calls.list({ environment: 'main', parent: 'fc-0', limit: 10 });
    await calls.unsettled({ environment: 'main', app: 'shop', after: 'fc-1', limit: 10 });
    await Promise.all([calls.backlog('main'), calls.unsettledCounts(), calls.blobs()]);
    await Promise.all([calls.get('fc-1'), calls.outcome('fc-1'), calls.settle([outcomeOf('fc-1')])]);
    await calls.forgetOutcomesBefore(500);
    await calls.forgetSettledBefore(500);
    expect(asked.size).toBeGreaterThan(10);

    const steps = [...asked].flatMap((sql) =>
      connection
        .statement(`EXPLAIN QUERY PLAN ${sql}`)
        .all(...Array.from({ length: (sql.match(/\?(?!\d)/g) ?? []).length }, () => null))
        .map(({ detail }) => ({ sql, detail: String(detail) })),
    );
    connection.close();
    const walks = steps.filter(({ detail }) =>
      /^SCAN calls(?! USING COVERING INDEX calls_by_blob)/.test(detail),
    );
    expect(walks).toEqual([]);
    // Nor is a page sorted after the fact.
    expect(steps.filter(({ detail }) => /TEMP B-TREE FOR ORDER BY/.test(detail))).toEqual([]);
    expect(steps.filter(({ detail }) => detail.includes('calls_by_state')).length).toBeGreaterThan(2);
  });
});
