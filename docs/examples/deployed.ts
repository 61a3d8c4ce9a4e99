import { App, Secret } from 'dray';

const app = new App('shop');

/** Keeps one container ready, so that the first call of the day is as quick as the rest. */
export const price = app.function({ minContainers: 1 }, async (item: string) => item.length * 100);

export const charge = app.function(
  { secrets: [Secret.fromName('bank')], timeoutMs: 30_000 },
  async (item: string) => `charged ${await price.remote(item)} with ${process.env.BANK_USER}`,
);
