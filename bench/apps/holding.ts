import { App } from 'dray';

export const app = new App('bench-holding');

/** Says that it runs, and holds its container until it is ended. */
export const hold = app.function({ maxContainers: 40, cpu: 0.01, memoryMiB: 16 }, async function* () {
  yield 'up';
  await new Promise(() => {});
});
