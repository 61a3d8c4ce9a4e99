import { beforeAll, describe, expect, inject, it } from 'vitest';
import '../../lab/lab-data.ts';
import { presentImage } from '../../docker/containers/present-image.ts';
import { startFaultBench } from './fault-bench.ts';

const [engine] = inject('lab').engines;

describe.skipIf(engine === undefined)('calls that share a container', () => {
  const { dockerHost } = engine as NonNullable<typeof engine>;
  beforeAll(() => presentImage(dockerHost, 'node:24-bookworm-slim'));

  it('have their results when one of ten takes all memory; that one is named', async () => {
    await using bench = await startFaultBench(dockerHost);
    const calls = Array.from({ length: 10 }, (_, n) => bench.fn('hungry').remote(n, n === 6));
    const settled = await Promise.allSettled(calls);
    const values = settled.map((call) => (call.status === 'fulfilled' ? call.value : call.reason.code));
    expect(values).toEqual([0, 1, 2, 3, 4, 5, 'OUT_OF_MEMORY', 7, 8, 9]);
  });

  it('have their results when one of five blocks its event loop; that one times out', async () => {
    await using bench = await startFaultBench(dockerHost);
    const calls = Array.from({ length: 5 }, (_, n) => bench.fn('blocking').remote(n, n === 2));
    const settled = await Promise.allSettled(calls);
    const values = settled.map((call) => (call.status === 'fulfilled' ? call.value : call.reason.code));
    expect(values).toEqual([0, 1, 'FUNCTION_TIMEOUT', 3, 4]);
  });
});
