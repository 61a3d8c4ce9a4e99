import { App } from 'dray';

export const app = new App('bench-noop');

/** As little as a function can do. */
export const noop = app.function({ maxContainers: 2 }, async (_item?: number) => {});
