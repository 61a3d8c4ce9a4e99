import { App } from 'dray';

export const app = new App('bench-map-memory');

export const double = app.function({ maxContainers: 2 }, async (value: number) => value * 2);

/** A map of so many small values, measured in the process that asks for it. Results are dropped as they come. */
export const main = app.localEntrypoint(async ({ count }: { count: number }) => {
  await mapped(20_000);
  globalThis.gc?.();
  const before = process.memoryUsage.rss();
  let peak = before;
  const sampler = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage.rss());
  }, 20);
  const start = performance.now();
  await mapped(count);
  const ms = performance.now() - start;
  clearInterval(sampler);
  return { count, ms, growthMiB: (peak - before) / 1_048_576, beforeMiB: before / 1_048_576 };
});

async function mapped(count: number): Promise<void> {
  let sum = 0;
  for await (const result of double.map(numbers(count))) sum += result;
  if (sum !== count * (count - 1)) throw new Error(`the results of ${count} calls add up to ${sum}`);
}

function* numbers(count: number): Generator<number> {
  for (let number = 0; number < count; number++) yield number;
}
