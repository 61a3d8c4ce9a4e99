import { describe, expect, inject, it } from 'vitest';
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
});
