import { App } from 'dray';

export const app = new App('bench-waiting');

/** Holds its one container until it is ended, so that all other calls wait. */
export const wait = app.function(
  { maxContainers: 1, timeoutMs: 3_600_000 },
  async (_n?: number) => new Promise(() => {}),
);
