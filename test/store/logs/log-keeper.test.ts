import { writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { LogKeeper, type LogKeeperOptions } from '../../../src/runtime/logs/log-keeper.ts';
import type { LineFilter, LineOrigin, LogLine } from '../../../src/runtime/logs/log-line.ts';
import { FakeClock } from '../../helpers/fake-clock.ts';
import { type TempFolder, tempFolder } from '../../helpers/temp-folder.ts';

const MAIN = { environment: 'main' };
const SHOP: LineOrigin = { ...MAIN, app: 'shop', source: 'stdout' };
const BANK: LineOrigin = { ...MAIN, app: 'bank', source: 'stdout' };

function opened(folder: TempFolder, options: Partial<LogKeeperOptions> = {}) {
  const clock = new FakeClock();
  const troubles: unknown[] = [];
  const keeper = new LogKeeper({
    file: folder.file('logs.db'),
    limits: { maxBytes: 100_000_000, maxAgeMs: 86_400_000 },
    clock,
    onTrouble: (error) => troubles.push(error),
    ...options,
  });
  return { keeper, clock, troubles };
}

async function texts(keeper: LogKeeper, filter: LineFilter = MAIN, tail?: number): Promise<string[]> {
  const found = await Array.fromAsync(keeper.read(filter, { tail }));
  return found.map(({ text }) => text);
}

describe('LogKeeper', () => {
  it('gives lines in the order they came, written or not, of one app or of all', async () => {
    await using folder = await tempFolder();
    const { keeper } = opened(folder);
    await using _ = keeper;
    for (let count = 0; count < 6; count++) {
      keeper.append(count % 2 === 0 ? SHOP : BANK, `line ${count}`);
      if (count === 1 || count === 3) keeper.write();
    }
    const all = ['line 0', 'line 1', 'line 2', 'line 3', 'line 4', 'line 5'];
    expect(await texts(keeper)).toEqual(all);
    expect(await texts(keeper, { ...MAIN, app: 'shop' })).toEqual(['line 0', 'line 2', 'line 4']);
    expect(await texts(keeper, MAIN, 3)).toEqual(all.slice(3));
    expect(await texts(keeper, MAIN, 0)).toEqual([]);
    expect(await texts(keeper, { environment: 'other' })).toEqual([]);
  });

  it.each<[string, Partial<LineFilter>, string[]]>([
    ['function', { functionName: 'pay' }, ['b', 'C']],
    ['call', { callId: 'fc-2' }, ['C']],
    ['container', { containerId: 'ct-1' }, ['a', 'b']],
    ['source', { source: 'stderr' }, ['b']],
    ['start', { since: 2_000 }, ['b', 'C']],
    ['end', { until: 2_000 }, ['a', 'b']],
    ['text, in any case', { search: 'c' }, ['C']],
    ['several of them', { functionName: 'pay', until: 2_000 }, ['b']],
  ])('finds lines by %s', async (_name, filter, expected) => {
    await using folder = await tempFolder();
    const { keeper } = opened(folder);
    await using _ = keeper;
    const lines = () => {
      keeper.append({ ...SHOP, functionName: 'list', containerId: 'ct-1', callId: 'fc-1' }, 'a', 1_000);
      keeper.append({ ...SHOP, functionName: 'pay', containerId: 'ct-1', source: 'stderr' }, 'b', 2_000);
      keeper.append({ ...SHOP, functionName: 'pay', containerId: 'ct-2', callId: 'fc-2' }, 'C', 3_000);
    };
    lines();
    keeper.write();
    expect(await texts(keeper, { ...MAIN, ...filter })).toEqual(expected);
    lines();
    expect(await texts(keeper, { ...MAIN, ...filter })).toEqual([...expected, ...expected]);
    expect(await texts(keeper, { ...MAIN, ...filter }, expected.length)).toEqual(expected);
  });

  it('keeps all fields of a line, from one start to the next', async () => {
    await using folder = await tempFolder();
    const origin = { ...SHOP, functionName: 'pay', callId: 'fc-1', containerId: 'ct-1' } as const;
    const text = 'tab\t quote" backslash\\ \u0000 \u{1F600} ünï';
    {
      await using first = opened(folder, { now: () => 5_000 }).keeper;
      first.append(origin, text, 1_000);
    }
    await using second = opened(folder, { now: () => 5_000 }).keeper;
    second.append(SHOP, 'later', 2_000);
    expect(await Array.fromAsync(second.read(MAIN))).toEqual([
      { ...origin, seq: 1, at: 1_000, text },
      { ...SHOP, seq: 2, at: 2_000, text: 'later' },
    ]);
  });

  it('gives a reader that follows every line once, however writes and lines come', async () => {
    await using folder = await tempFolder();
    const { keeper } = opened(folder);
    await using _ = keeper;
    for (let count = 0; count < 10; count++) keeper.append(SHOP, `${count}`);
    const ending = new AbortController();
    const got: LogLine[] = [];
    const reading = (async () => {
      const options = { follow: true, tail: 5, signal: ending.signal };
      for await (const line of keeper.read({ ...MAIN, app: 'shop' }, options)) {
        got.push(line);
        // Lines that come, and are written, while the reader is amid a batch.
        if (got.length < 200) keeper.append(SHOP, 'more');
        if (got.length % 7 === 0) keeper.write();
        if (got.length === 204) ending.abort();
      }
    })();
    await reading;
    expect(got.slice(0, 5).map(({ text }) => text)).toEqual(['5', '6', '7', '8', '9']);
    const seqs = got.map(({ seq }) => seq);
    expect(seqs).toEqual(Array.from({ length: seqs.length }, (_, index) => 6 + index));
    expect(got).toHaveLength(204);
  });

  it('wakes a reader with each line, before it is written', async () => {
    await using folder = await tempFolder();
    const { keeper } = opened(folder);
    await using _ = keeper;
    const reader = keeper.read({ ...MAIN, app: 'shop' }, { follow: true });
    for (const text of ['one', 'two']) {
      const next = reader.next();
      keeper.append(BANK, 'not asked for');
      keeper.append(SHOP, text);
      expect((await next).value).toMatchObject({ text });
    }
    expect(keeper.bytes).toBe(0);
    await reader.return();
  });

  it('ends readers when it is closed', async () => {
    await using folder = await tempFolder();
    const { keeper } = opened(folder);
    const reader = keeper.read(MAIN, { follow: true });
    const next = reader.next();
    await keeper[Symbol.asyncDispose]();
    expect(await next).toEqual({ done: true, value: undefined });
    keeper.append(SHOP, 'too late');
  });

  it('writes by itself, soon or when there is much', async () => {
    await using folder = await tempFolder();
    const { keeper, clock } = opened(folder);
    await using _ = keeper;
    keeper.append(SHOP, 'small');
    clock.advance(199);
    expect(keeper.bytes).toBe(0);
    clock.advance(1);
    expect(keeper.bytes).toBeGreaterThan(0);
    const small = keeper.bytes;
    keeper.append(SHOP, 'x'.repeat(300_000));
    expect(keeper.bytes).toBeGreaterThan(small + 300_000);
  });

  it('drops the oldest lines when its quota is reached, and its file grows no further', async () => {
    await using folder = await tempFolder();
    const { keeper } = opened(folder, { limits: { maxBytes: 2_000_000, maxAgeMs: 86_400_000 } });
    await using _ = keeper;
    const pages = () => {
      const database = new DatabaseSync(folder.file('logs.db'), { readOnly: true });
      const { page_count: count } = database.prepare('PRAGMA page_count').get() as Record<string, number>;
      database.close();
      return count as number;
    };
    const fill = (from: number) => {
      for (let count = from; count < from + 4_000; count++) {
        keeper.append(SHOP, `${count} ${'x'.repeat(1_000)}`);
        if (count % 50 === 0) keeper.write();
      }
      keeper.write();
    };
    fill(0);
    const full = pages();
    fill(4_000);
    expect(keeper.bytes).toBeLessThanOrEqual(2_000_000);
    expect(keeper.bytes).toBeGreaterThan(1_500_000);
    // The log beside it may hold some pages more or less.
    expect(pages()).toBeLessThan(full * 1.5);
    const left = (await texts(keeper)).map((text) => Number.parseInt(text, 10));
    expect(left.at(-1)).toBe(7_999);
    expect(left).toEqual(Array.from({ length: left.length }, (_, index) => 8_000 - left.length + index));
  });

  it('drops lines that are too old, also while nothing comes', async () => {
    await using folder = await tempFolder();
    let now = 10_000_000;
    const limits = { maxBytes: 1_000_000, maxAgeMs: 3_600_000 };
    const { keeper, clock } = opened(folder, { limits, now: () => now });
    await using _ = keeper;
    keeper.append(SHOP, 'old');
    keeper.write();
    now += 3_000_000;
    keeper.append(SHOP, 'new');
    keeper.write();
    now += 3_000_000;
    clock.advance(3_600_000);
    expect(await texts(keeper)).toEqual(['new']);
  });

  it('sets a damaged file aside, says so, and goes on', async () => {
    await using folder = await tempFolder();
    writeFileSync(folder.file('logs.db'), 'this is no database, whatever it is '.repeat(200));
    const { keeper, troubles } = opened(folder);
    await using _ = keeper;
    expect(troubles).toEqual([expect.objectContaining({ code: 'STORE_CORRUPT' })]);
    keeper.append(SHOP, 'works');
    keeper.write();
    expect(await texts(keeper)).toEqual(['works']);
  });
});
