import { describe, expect, inject, it } from 'vitest';
import { presentImage } from '../../docker/containers/present-image.ts';
import '../../lab/lab-data.ts';
import { labObstacle } from '../../lab/lab-place.ts';
import { openRestartableEngine } from '../../lab/restartable-engine.ts';
import { SurvivingBench } from './surviving-bench.ts';

const IMAGE = 'node:24-bookworm-slim';
const [shared] = inject('lab').engines;
const obstacle = await labObstacle();
if (obstacle !== undefined && process.env.CI === 'true') throw new Error(obstacle);

const NAMES = ['held-0', 'held-1', 'held-2', 'held-3'];
const CALLS = [0, 1, 2, 3].map((n) => [n, 10]);

describe.skipIf(shared === undefined || obstacle !== undefined)('a server whose Docker restarts', () => {
  it.each([
    ['ends its containers', false],
    ['lets its containers run on', true],
  ])('has each result once, where the engine %s', async (_, liveRestore) => {
    const from = (shared as NonNullable<typeof shared>).dockerHost;
    await presentImage(from, IMAGE);
    await using engine = await openRestartableEngine(liveRestore, { reference: IMAGE, from });
    await using bench = await SurvivingBench.open(engine.dockerHost);
    await bench.start();
    const ids = bench.submit('held', CALLS);
    await bench.untilBegun(NAMES);
    const before = await bench.containerIds();
    await engine.stop();
    await engine.start();
    bench.letGo(NAMES);
    const results = (await bench.results(ids)) as { n: number }[];
    expect(results.map(({ n }) => n)).toEqual([0, 1, 2, 3]);
    // Those that ran on without the server are ended once the engine is back.
    await expect
      .poll(async () => (await bench.containerIds()).filter((id) => before.includes(id)), {
        timeout: 60_000,
        interval: 200,
      })
      .toEqual([]);
  });

  it.each([
    ['run again, where it comes back without its containers', false, 2],
    ['go on, where it comes back with its containers', true, 1],
  ])('was killed with it, and its calls %s', async (_, liveRestore, runs) => {
    const from = (shared as NonNullable<typeof shared>).dockerHost;
    await presentImage(from, IMAGE);
    await using engine = await openRestartableEngine(liveRestore, { reference: IMAGE, from });
    await using bench = await SurvivingBench.open(engine.dockerHost);
    await bench.start();
    const ids = bench.submit('held', CALLS);
    await bench.untilBegun(NAMES);
    await bench.kill();
    await engine.stop();
    await engine.start();
    bench.letGo(NAMES);
    await bench.start();
    const results = (await bench.results(ids)) as { n: number }[];
    expect(results.map(({ n }) => n)).toEqual([0, 1, 2, 3]);
    expect([...bench.begun.values()]).toEqual(Array(4).fill(runs));
  });
});
