import { App } from 'dray';

export const app = new App('bench-counting');

/** Yields so many numbers. */
export const count = app.function({ maxContainers: 1 }, async function* (values: number) {
  for (let value = 0; value < values; value++) yield value;
});
