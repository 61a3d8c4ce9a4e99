/**
 * Map: calls per second of a no-op over two containers, against a job queue and against threads.
 *
 * BullMQ on Redis is what a Node team would use to spread work over processes; piscina spreads it over threads of
 * one process, which is the least that any distribution can cost. Each contender is a process of its own.
 */
import type { Benchmark } from '../benchmark.ts';
import { startContender } from '../contender-process.ts';
import { interleaved } from '../interleaved.ts';
import { installPeers } from '../peer-packages.ts';
import { startRedis } from '../redis-server.ts';
import { median, round, rounded, summarise } from '../statistics.ts';

const ROUNDS = { warmUps: 2, rounds: 9 };
/** Calls of a round: each lasts one to a few seconds. */
const CALLS = { dray: 60_000, bullmq: 20_000, piscina: 100_000 };

export const map: Benchmark = {
  name: 'map',
  summary: '.map of a no-op over 2 containers, against BullMQ on Redis and piscina with 2 threads',
  target: '≥ 50,000 calls/s',
  async measure() {
    await installPeers();
    await using redis = await startRedis();
    await using dray = await startContender('dray-map');
    await using bullmq = await startContender('bullmq-map', { BENCH_REDIS_SOCKET: redis.socket });
    await using piscina = await startContender('piscina-map');

    const taken = await interleaved(
      {
        dray: () => dray.rate(CALLS.dray),
        bullmq: () => bullmq.rate(CALLS.bullmq),
        piscina: () => piscina.rate(CALLS.piscina),
      },
      ROUNDS,
    );
    const rates = { dray: median(taken.dray), bullmq: median(taken.bullmq), piscina: median(taken.piscina) };
    return {
      dray: round(rates.dray, 0),
      floor: round(rates.bullmq, 0),
      ratio: round(rates.dray / rates.bullmq, 2),
      unit: 'calls/s',
      details: {
        floor: 'bullmq',
        piscina: round(rates.piscina, 0),
        piscinaRatio: round(rates.dray / rates.piscina, 2),
        rounds: {
          dray: rounded(summarise(taken.dray), 0),
          bullmq: rounded(summarise(taken.bullmq), 0),
          piscina: rounded(summarise(taken.piscina), 0),
        },
        redis: redis.version,
      },
    };
  },
};
