/**
 * Generator: values per second that a generator in a container gives its reader, against one in this process.
 */
import type { Benchmark } from '../benchmark.ts';
import { compared } from '../compared.ts';
import { interleaved } from '../interleaved.ts';
import { openBuiltEngine, prepareApp } from '../started-app.ts';

const ROUNDS = { warmUps: 2, rounds: 9 };
const VALUES = { dray: 60_000, floor: 300_000 };

export const generator: Benchmark = {
  name: 'generator',
  summary: 'values of an async generator in a container, against one in the same process',
  target: '≥ 50,000 values/s',
  async measure() {
    await using engine = await openBuiltEngine();
    const prepared = await prepareApp('bench/apps/counting.ts');
    await using app = await prepared.start(engine);

    const taken = await interleaved(
      {
        dray: () => rateOf(VALUES.dray, app.stream('count', VALUES.dray)),
        floor: () => rateOf(VALUES.floor, counted(VALUES.floor)),
      },
      ROUNDS,
    );
    return compared(taken, { unit: 'values/s', digits: 0 });
  },
};

async function rateOf(expected: number, values: AsyncIterable<unknown>): Promise<number> {
  const start = performance.now();
  let seen = 0;
  for await (const _ of values) seen++;
  if (seen !== expected) throw new Error(`${seen} values of ${expected}`);
  return (expected / (performance.now() - start)) * 1_000;
}

async function* counted(values: number): AsyncGenerator<number> {
  for (let value = 0; value < values; value++) yield value;
}
