/**
 * Store: durable small writes a second of 512 callers, against a plain loop over SQLite with the same fsync policy.
 */
import type { Benchmark } from '../benchmark.ts';
import { startContender } from '../contender-process.ts';
import { interleaved } from '../interleaved.ts';
import { median, round, rounded, summarise } from '../statistics.ts';

const ROUNDS = { warmUps: 2, rounds: 9 };
/** Writes of a round: each lasts about a second. */
const WRITES = { dray: 30_000, loop: 1_500 };

export const store: Benchmark = {
  name: 'store',
  summary:
    'durable small writes to the store by 512 callers, against a loop over SQLite that waits for the disk as well',
  target: '≥ 20,000 writes/s, and ≥ 5 × the loop',
  async measure() {
    await using dray = await startContender('store-writes');
    await using loop = await startContender('sqlite-loop');
    const taken = await interleaved(
      { dray: () => dray.rate(WRITES.dray), loop: () => loop.rate(WRITES.loop) },
      ROUNDS,
    );
    const rates = { dray: median(taken.dray), loop: median(taken.loop) };
    return {
      dray: round(rates.dray, 0),
      floor: round(rates.loop, 0),
      ratio: round(rates.dray / rates.loop, 2),
      unit: 'writes/s',
      details: {
        dray: rounded(summarise(taken.dray), 0),
        floor: rounded(summarise(taken.loop), 0),
      },
    };
  },
};
