import { describe, expect, it } from 'vitest';
import { openStore } from '../../src/runtime/store/open-store.ts';
import { generationOf } from './generations.ts';
import { integrity, storeFolder } from './store-folder.ts';
import { startWriter } from './store-writer.ts';

const PROCESSES = 16;
const CALLERS = 8;
const GENERATIONS = 25;

describe('a store that 16 processes make and write to at once', () => {
  it('takes every write of every one of them', async () => {
    using folder = storeFolder();
    const writers = Array.from({ length: PROCESSES }, (_, i) =>
      startWriter(folder.path, `p${i}`, CALLERS, GENERATIONS),
    );
    expect(await Promise.all(writers.map(({ end }) => end))).toEqual(writers.map(() => 0));
    await using store = await openStore(folder.path);
    for (const [index, { acknowledged }] of writers.entries()) {
      expect([...(await acknowledged).values()]).toEqual(Array(CALLERS).fill(GENERATIONS));
      for (let caller = 0; caller < CALLERS; caller++) {
        const record = await store.secrets.get('main', `p${index}-${caller}`);
        expect(record && generationOf(record)).toBe(GENERATIONS);
      }
    }
    expect(await store.secrets.list('main')).toHaveLength(PROCESSES * CALLERS);
    expect(integrity(folder.file)).toBe('ok');
  });
});
