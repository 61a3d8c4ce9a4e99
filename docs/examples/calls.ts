import { App } from 'dray';

const app = new App('calls');

export const square = app.function({ retries: 2, timeoutMs: 10_000 }, async (n: number) => n * n);

export const power = app.function(async (base: number, exponent: number) => base ** exponent);

export const main = app.localEntrypoint(async () => {
  const one = await square.remote(12); // in a container: 144, typed as number
  const here = await square.local(12); // in this process

  const all = await square.map([1, 2, 3]); // in parallel containers, in order: [1, 4, 9]
  for await (const result of power.starmap(
    [
      [2, 8],
      [3, 3],
    ],
    { ordered: false },
  )) {
    console.log('finished', result); // as they come
  }

  const call = await power.spawn(2, 100); // goes on by itself
  const large = await call.get({ timeoutMs: 30_000 });

  return { one, here, all, large };
});
