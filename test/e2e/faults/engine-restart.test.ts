import { describe, expect, inject, it } from 'vitest';
import { presentImage } from '../../docker/containers/present-image.ts';
import '../../lab/lab-data.ts';
import { labObstacle } from '../../lab/lab-place.ts';
import { openRestartableEngine } from '../../lab/restartable-engine.ts';
import { numbers, startFaultBench } from './fault-bench.ts';

const IMAGE = 'node:24-bookworm-slim';
const [shared] = inject('lab').engines;
const obstacle = await labObstacle();
if (obstacle !== undefined && process.env.CI === 'true') throw new Error(obstacle);

/** An engine that is away for longer than this may cost calls: dray tries for half a minute. */
const SURELY_TRIED_FOR_MS = 25_000;

describe.skipIf(shared === undefined || obstacle !== undefined)('a map while the engine restarts', () => {
  it.each([
    ['ends its containers', false],
    ['lets its containers run on', true],
  ])('has all its results where the engine %s', async (_, liveRestore) => {
    const from = (shared as NonNullable<typeof shared>).dockerHost;
    await presentImage(from, IMAGE);
    await using engine = await openRestartableEngine(liveRestore, { reference: IMAGE, from });
    await using bench = await startFaultBench(engine.dockerHost);
    const { promise: restarted, resolve, reject } = Promise.withResolvers<void>();
    let awayMs = 0;
    const restart = async () => {
      const start = performance.now();
      await engine.stop();
      await engine.start();
      awayMs = performance.now() - start;
    };
    const results: number[] = [];
    const outcome = await (async () => {
      for await (const { doubled } of bench.fn('doublePaired').map(numbers(400, 300, restarted))) {
        results.push(doubled);
        if (results.length === 50) restart().then(resolve, reject);
      }
    })().then(
      () => 'complete',
      (error: { code?: string }) => error.code,
    );
    if (awayMs > SURELY_TRIED_FOR_MS) expect(['complete', 'DOCKER_UNREACHABLE']).toContain(outcome);
    else expect(outcome).toBe('complete');
    expect(results).toEqual(Array.from({ length: results.length }, (_item, n) => n * 2));
    if (outcome === 'complete') expect(results).toHaveLength(400);
    // Those that ran on without us are ended once the engine is back.
    await expect
      .poll(() => bench.containersOf('doublePaired'), { timeout: 60_000, interval: 200 })
      .toHaveLength(2);
  });
});
