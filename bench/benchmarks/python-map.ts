/**
 * Map of a no-op in Python: calls per second over two containers, against Python's own pool of two processes.
 */
import type { Benchmark } from '../benchmark.ts';
import { startContender } from '../contender-process.ts';
import { interleaved } from '../interleaved.ts';
import { median, round, rounded, summarise } from '../statistics.ts';

const ROUNDS = { warmUps: 2, rounds: 9 };
/** Calls of a round: each lasts about a second. */
const CALLS = { dray: 20_000, pool: 10_000 };

export const pythonMap: Benchmark = {
  name: 'python-map',
  summary: '.map of a no-op in Python over 2 containers, against ProcessPoolExecutor(2).map',
  target: '≥ 15,000 calls/s',
  async measure() {
    await using dray = await startContender('dray-python-map');
    await using pool = await startContender('python-pool-map');
    const taken = await interleaved(
      { dray: () => dray.rate(CALLS.dray), pool: () => pool.rate(CALLS.pool) },
      ROUNDS,
    );
    const rates = { dray: median(taken.dray), pool: median(taken.pool) };
    return {
      dray: round(rates.dray, 0),
      floor: round(rates.pool, 0),
      ratio: round(rates.dray / rates.pool, 2),
      unit: 'calls/s',
      details: {
        floor: 'ProcessPoolExecutor',
        rounds: { dray: rounded(summarise(taken.dray), 0), pool: rounded(summarise(taken.pool), 0) },
      },
    };
  },
};
