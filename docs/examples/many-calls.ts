import { App, FunctionCall } from 'dray';

const app = new App('many-calls');

/** Several calls at a time in one container: for work that waits. */
export const fetchTitle = app.function({ concurrent: { maxInputs: 20 } }, async (page: number) => {
  await new Promise((resolve) => setTimeout(resolve, 10));
  return `page ${page}`;
});

/** Calls joined into lists: for work that is cheaper together. */
export const embed = app.function({ batched: { maxBatchSize: 32, waitMs: 20 } }, async (texts: string[]) =>
  texts.map((text) => (text === '' ? new Error('nothing to embed') : [text.length, texts.length])),
);

/** A stream: it goes on only as fast as it is read. */
export const count = app.function(async function* (to: number) {
  for (let n = 1; n <= to; n++) yield n;
  return 'done';
});

/** Calls others, and itself. */
export const sum = app.function(
  { concurrent: { maxInputs: 100 } },
  async (from: number, to: number): Promise<number> => {
    if (from === to) return from;
    const middle = Math.floor((from + to) / 2);
    const [low, high] = await Promise.all([sum.remote(from, middle), sum.remote(middle + 1, to)]);
    return low + high;
  },
);

export const main = app.localEntrypoint(async () => {
  const titles = await fetchTitle.map([1, 2, 3]);
  const vector = await embed.remote('hello'); // [5, 1], or more where others called as well

  const read: number[] = [];
  for await (const n of count.remote(1_000_000)) {
    read.push(n);
    if (n === 3) break; // ends the function in its container
  }

  const calls = await fetchTitle.spawnMap([4, 5]);
  const both = await FunctionCall.gather(...calls); // in order
  const again = await FunctionCall.fromId<string>(calls[0]?.id ?? '').get();

  const controller = new AbortController();
  const ended = fetchTitle.withOptions({ signal: controller.signal }).remote(6);
  controller.abort(new Error('no longer needed'));
  const why = await ended.catch((error: Error) => error.message);

  const large = await sum.withOptions({ memoryMiB: 256 }).remote(1, 8); // in containers of its own

  return { titles, vector: vector[0], read, both, again, why, large };
});
