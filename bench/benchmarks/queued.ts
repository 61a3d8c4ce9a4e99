/**
 * Queued: memory of a server that keeps 100,000 calls which wait, against the same server with none.
 */
import type { Benchmark } from '../benchmark.ts';
import { deployApp } from '../deployed-app.ts';
import { round } from '../statistics.ts';

const CALLS = 100_000;
const AT_A_TIME = 10_000;

export const queued: Benchmark = {
  name: 'queued',
  summary: 'memory of a server while 100,000 spawned calls wait, against the same server before them',
  target: '< 300 MiB',
  async measure() {
    await using app = await deployApp('bench/apps/waiting.ts', 'bench-waiting');
    const waiting = await app.handle('wait');
    await waiting.spawn();
    const before = app.serverMiB();
    let most = before;
    const start = performance.now();
    for (let spawned = 0; spawned < CALLS; spawned += AT_A_TIME) {
      await waiting.spawnMap(Array.from({ length: AT_A_TIME }, (_, n) => spawned + n));
      most = Math.max(most, app.serverMiB());
    }
    const ms = performance.now() - start;
    return {
      dray: round(most, 0),
      floor: round(before, 0),
      ratio: round(most / before, 2),
      unit: 'MiB',
      details: { calls: CALLS, acceptedPerSecond: round((CALLS / ms) * 1000, 0) },
    };
  },
};
