/**
 * Spawn: durable calls per second of a no-op, accepted and executed, against a job queue.
 *
 * dray writes each call and each result to disk before it acknowledges them; the Redis beside it writes nothing to disk.
 */
import type { Benchmark } from '../benchmark.ts';
import { startContender } from '../contender-process.ts';
import { interleaved } from '../interleaved.ts';
import { installPeers } from '../peer-packages.ts';
import { startRedis } from '../redis-server.ts';
import { median, round, rounded, summarise } from '../statistics.ts';

const ROUNDS = { warmUps: 2, rounds: 7 };
const CALLS = { dray: 30_000, bullmq: 20_000 };

export const spawn: Benchmark = {
  name: 'spawn',
  summary: '.spawn of a no-op on a server, accepted and executed on disk, against BullMQ on Redis in memory',
  target: '≥ 15,000 calls/s',
  async measure() {
    await installPeers();
    await using redis = await startRedis();
    await using dray = await startContender('dray-spawn');
    await using bullmq = await startContender('bullmq-map', { BENCH_REDIS_SOCKET: redis.socket });
    const taken = await interleaved(
      { dray: () => dray.rate(CALLS.dray), bullmq: () => bullmq.rate(CALLS.bullmq) },
      ROUNDS,
    );
    const rates = { dray: median(taken.dray), bullmq: median(taken.bullmq) };
    return {
      dray: round(rates.dray, 0),
      floor: round(rates.bullmq, 0),
      ratio: round(rates.dray / rates.bullmq, 2),
      unit: 'calls/s',
      details: {
        floor: 'bullmq',
        rounds: {
          dray: rounded(summarise(taken.dray), 0),
          bullmq: rounded(summarise(taken.bullmq), 0),
        },
        redis: redis.version,
      },
    };
  },
};
