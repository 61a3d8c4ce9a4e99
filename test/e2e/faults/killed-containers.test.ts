import { describe, expect, inject, it } from 'vitest';
import '../../lab/lab-data.ts';
import { presentImage } from '../../docker/containers/present-image.ts';
import { type FaultBench, numbers, startFaultBench } from './fault-bench.ts';

const IMAGE = 'node:24-bookworm-slim';
const [engine] = inject('lab').engines;

interface Doubled {
  readonly doubled: number;
  readonly container: string;
}

/**
 * Maps 2,000 numbers; harms containers once 200 results are there. The second half of the inputs comes only after the
 * harm was done.
 */
async function mapped(bench: FaultBench, harm: (container: string) => Promise<void>): Promise<number[]> {
  const { promise: harmed, resolve } = Promise.withResolvers<void>();
  const results: number[] = [];
  const inputs = numbers(2000, 1000, harmed);
  for await (const { doubled, container } of bench.fn('double').map(inputs) as AsyncIterable<Doubled>) {
    results.push(doubled);
    if (results.length === 200) await harm(container).then(resolve);
  }
  return results;
}

const expected = Array.from({ length: 2000 }, (_, n) => n * 2);

describe.skipIf(engine === undefined)('a map over eight containers', () => {
  const start = async () => {
    const { dockerHost } = engine as NonNullable<typeof engine>;
    await presentImage(dockerHost, IMAGE);
    return startFaultBench(dockerHost);
  };

  it('gives every result, once and in order, when one of them is killed', async () => {
    await using bench = await start();
    const results = await mapped(bench, (container) => bench.docker.getContainer(container).kill());
    expect(results).toEqual(expected);
    expect(bench.app.stats().containers).toBeGreaterThan(8);
  });

  it('gives every result, once and in order, when all of them are killed', async () => {
    await using bench = await start();
    const results = await mapped(bench, async () => {
      const ids = await bench.containersOf('double');
      expect(ids.length).toBeGreaterThan(0);
      await Promise.all(ids.map((id) => bench.docker.getContainer(id).kill()));
    });
    expect(results).toEqual(expected);
  });

  it('notices one that is frozen behind its back, and runs its calls elsewhere', async () => {
    await using bench = await start();
    let paused = '';
    const results = await mapped(bench, async (container) => {
      paused = container;
      await bench.docker.getContainer(container).pause();
    });
    expect(results).toEqual(expected);
    expect((await bench.containersOf('double')).some((id) => id.startsWith(paused))).toBe(false);
  });
});
