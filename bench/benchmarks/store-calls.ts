/**
 * Store-calls: durable calls a second that 512 callers have accepted and settled, against a plain loop over SQLite with the
 * same fsync policy and a transaction for each step.
 */
import type { Benchmark } from '../benchmark.ts';
import { startContender } from '../contender-process.ts';
import { interleaved } from '../interleaved.ts';
import { median, round, rounded, summarise } from '../statistics.ts';

const ROUNDS = { warmUps: 2, rounds: 9 };
/** Calls of a round: each lasts about a second. */
const CALLS = { dray: 40_000, loop: 750 };

export const storeCalls: Benchmark = {
  name: 'store-calls',
  summary:
    'durable calls accepted and settled in the store for 512 callers, against a loop over SQLite with a transaction each',
  target: '≥ 40,000 calls/s, and ≥ 10 × the loop',
  async measure() {
    await using dray = await startContender('call-writes');
    await using loop = await startContender('sqlite-calls');
    const taken = await interleaved(
      { dray: () => dray.rate(CALLS.dray), loop: () => loop.rate(CALLS.loop) },
      ROUNDS,
    );
    const rates = { dray: median(taken.dray), loop: median(taken.loop) };
    return {
      dray: round(rates.dray, 0),
      floor: round(rates.loop, 0),
      ratio: round(rates.dray / rates.loop, 2),
      unit: 'calls/s',
      details: {
        dray: rounded(summarise(taken.dray), 0),
        floor: rounded(summarise(taken.loop), 0),
      },
    };
  },
};
