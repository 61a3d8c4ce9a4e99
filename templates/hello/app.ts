import { App } from 'dray';

const app = new App('hello');

/** Runs in a container. */
export const greet = app.function(async (name: string) => {
  return `Hello, ${name}! This is Node ${process.versions.node} on ${process.platform}.`;
});

/**
 * Runs on this machine and calls the container.
 *
 * @param options.name who to greet
 */
export const main = app.localEntrypoint(async ({ name = 'world' }: { name?: string }) => {
  return await greet.remote(name);
});
