import { describe, expect, inject, it } from 'vitest';
import { openDockerBackend } from '../../../src/runtime/containers/docker/docker-backend.ts';
import { presentImage } from '../../docker/containers/present-image.ts';
import '../../lab/lab-data.ts';
import { SurvivingBench } from './surviving-bench.ts';

const IMAGE = 'node:24-bookworm-slim';
const { engines } = inject('lab');
const names = (fn: string, count: number) => Array.from({ length: count }, (_, n) => `${fn}-${n}`);
const numbered = (count: number, ...more: unknown[]) => Array.from({ length: count }, (_, n) => [n, ...more]);

describe.for(engines)('a server that is killed, on engine $version', ({ dockerHost }) => {
  it('finds the calls that ran, in the containers where they began', async () => {
    await presentImage(dockerHost, IMAGE);
    await using bench = await SurvivingBench.open(dockerHost);
    await bench.start();
    const ids = bench.submit('held', numbered(10, 10));
    await bench.untilBegun(names('held', 10));
    const before = await bench.containerIds('held');
    await bench.kill();
    await bench.start();
    bench.letGo(names('held', 10));
    const results = (await bench.results(ids)) as { n: number; container: string }[];
    expect(results.map(({ n }) => n)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect([...bench.begun.values()]).toEqual(Array(10).fill(1));
    expect(await bench.containerIds('held')).toEqual(before);
    expect([...new Set(results.map(({ container }) => container))].sort()).toEqual(
      before.map((id) => id.slice(0, 12)),
    );
  });

  it('gets the results of calls that ended while no server was there', async () => {
    await presentImage(dockerHost, IMAGE);
    await using bench = await SurvivingBench.open(dockerHost);
    await bench.start();
    const ids = bench.submit('held', numbered(10, 300_000));
    const failed = bench.submit('failing', [[1]]);
    await bench.untilBegun([...names('held', 10), 'failing-1']);
    await bench.kill();
    bench.letGo([...names('held', 10), 'failing-1']);
    await bench.start();
    await bench.results(ids);
    await bench.until(() => bench.outcomes.has(failed[0] as string));
    expect(bench.outcomes.get(failed[0] as string)).toEqual([{ state: 'failed', value: 'RangeError: no 1' }]);
    expect([...bench.begun.values()]).toEqual(Array(11).fill(1));
  });

  it('attaches a call and the call that its code waits for, each where it runs', async () => {
    await presentImage(dockerHost, IMAGE);
    await using bench = await SurvivingBench.open(dockerHost);
    await bench.start();
    const ids = bench.submit('parent', [[1]]);
    bench.letGo(['parent-1']);
    await bench.untilBegun(['single-1']);
    const [parent] = await bench.containerIds('parent');
    const [single] = await bench.containerIds('single');
    await bench.kill();
    await bench.start();
    bench.letGo(['single-1']);
    expect(await bench.results(ids)).toEqual([
      { parent: parent?.slice(0, 12), child: { n: 1, container: single?.slice(0, 12) } },
    ]);
    expect([...bench.begun]).toEqual([
      ['parent-1', 1],
      ['single-1', 1],
    ]);
  });

  it('runs calls on in containers of another version, and new ones in new containers', async () => {
    await presentImage(dockerHost, IMAGE);
    await using bench = await SurvivingBench.open(dockerHost);
    await bench.start();
    const old = bench.submit('single', [[1], [2]]);
    await bench.untilBegun(['single-1']);
    const before = await bench.containerIds('single');
    await bench.kill();
    await bench.start({ version: 'next' });
    const fresh = bench.submit('single', [[3]]);
    bench.letGo(['single-1', 'single-2', 'single-3']);
    const [first, , third] = (await bench.results([...old, ...fresh])) as { container: string }[];
    expect(first?.container).toBe(before[0]?.slice(0, 12));
    expect(third?.container).not.toBe(first?.container);
    expect(bench.begun).toEqual(
      new Map([
        ['single-1', 1],
        ['single-2', 1],
        ['single-3', 1],
      ]),
    );
    await expect
      .poll(() => bench.containerIds('single'), { timeout: 30_000, interval: 100 })
      .not.toContain(before[0]);
  });

  it('runs calls again whose containers ended while no server was there', async () => {
    await presentImage(dockerHost, IMAGE);
    await using bench = await SurvivingBench.open(dockerHost);
    await bench.start();
    const ids = bench.submit('held', numbered(5, 10));
    await bench.untilBegun(names('held', 5));
    await bench.kill();
    for (const id of await bench.containerIds()) await bench.docker.getContainer(id).remove({ force: true });
    bench.letGo(names('held', 5));
    await bench.start();
    await bench.results(ids);
    expect([...bench.begun.values()]).toEqual(Array(5).fill(2));
  });

  it('gives a result again whose keeping was cut off, and not once more after it was kept', async () => {
    await presentImage(dockerHost, IMAGE);
    await using bench = await SurvivingBench.open(dockerHost);
    await bench.start();
    bench.keepsNothing = true;
    const ids = bench.submit('held', numbered(5, 10));
    bench.letGo(names('held', 5));
    await bench.until(() => bench.unkept === 5);
    await bench.kill();
    bench.keepsNothing = false;
    await bench.start();
    await bench.results(ids);
    await bench.kill();
    await bench.start();
    // Those are settled; what is asked for now is another one.
    const more = bench.submit('held', [[9, 10]]);
    bench.letGo(['held-9']);
    await bench.results([...ids, ...more]);
    expect([...bench.begun.values()]).toEqual(Array(6).fill(1));
  });

  it.each(['leave', 'close'] as const)(
    'that ends in order has its containers where it should: %s',
    async (how) => {
      await presentImage(dockerHost, IMAGE);
      await using bench = await SurvivingBench.open(dockerHost);
      await bench.start();
      const ids = bench.submit('single', [[1]]);
      await bench.untilBegun(['single-1']);
      const before = await bench.containerIds();
      await bench.end(how);
      const left = how === 'leave' ? before : [];
      // Docker removes what was ended without being waited for.
      await expect.poll(() => bench.containerIds(), { timeout: 30_000, interval: 100 }).toEqual(left);
      if (how === 'close') return;
      await bench.start();
      bench.letGo(['single-1']);
      await bench.results(ids);
      expect([...bench.begun.values()]).toEqual([1]);
    },
  );

  it('is left alone by everybody else on the same Docker', async () => {
    await presentImage(dockerHost, IMAGE);
    await using bench = await SurvivingBench.open(dockerHost);
    await using other = await SurvivingBench.open(dockerHost);
    await bench.start();
    const ids = bench.submit('single', [[1]]);
    await bench.untilBegun(['single-1']);
    const before = await bench.containerIds();
    await bench.kill();
    await other.start();
    await other.reap();
    await using command = await openDockerBackend({ host: dockerHost, source: 'DOCKER_HOST' });
    await command.reapLeftovers();
    expect(await bench.containerIds()).toEqual(before);
    await bench.start();
    bench.letGo(['single-1']);
    await bench.results(ids);
    expect([...bench.begun.values()]).toEqual([1]);
  });

  it('loses nothing when it is killed again and again amid large results', async () => {
    await presentImage(dockerHost, IMAGE);
    await using bench = await SurvivingBench.open(dockerHost);
    await bench.start();
    const ids = bench.submit('held', numbered(60, 400_000));
    for (let round = 0; round < 10; round++) {
      const settled = bench.outcomes.size;
      // Results of 400 kB are on their way when it is killed, and calls behind them are handed over.
      bench.letGo(names('held', (round + 1) * 6));
      await bench.until(() => bench.outcomes.size > settled);
      await bench.kill();
      await bench.start();
    }
    bench.letGo(names('held', 60));
    const results = (await bench.results(ids)) as { n: number; filler: string }[];
    expect(results.map(({ n, filler }) => [n, filler.length])).toEqual(numbered(60, 400_000));
    expect(Math.max(...bench.begun.values())).toBe(1);
  });
});
