import { App } from 'dray';

export const app = new App('bench-resting');

/** As little as a function can do, in a container that is frozen between calls. */
export const rest = app.function(
  { maxContainers: 1, whenIdle: 'freeze', scaledownWindowMs: 2000 },
  async () => {},
);
