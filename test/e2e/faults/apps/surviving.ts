/**
 * Functions that tell the test when they begin, and go on when it lets them: by HTTP on the address of their gateway.
 */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { get } from 'node:http';
import { hostname } from 'node:os';
import { App } from 'dray';

const app = new App('surviving');

/** Tells that `name` begins; resolves when the test lets it go. */
async function atGate(port: number, name: string): Promise<void> {
  const [, line = ''] = readFileSync('/proc/net/route', 'utf8').split('\n');
  const gateway = Buffer.from(line.split('\t')[2] ?? '', 'hex')
    .reverse()
    .join('.');
  // A connection of its own: one that is kept may be closed by the test just when it is used again.
  const [response] = await once(get({ host: gateway, port, path: `/${name}`, agent: false }), 'response');
  await once(response.resume(), 'end');
}

/** Five at a time in each of two containers. */
export const held = app.function(
  { maxContainers: 2, concurrent: { maxInputs: 5 }, memoryMiB: 64, timeoutMs: 120_000, retries: 0 },
  async (port: number, n: number, bytes: number) => {
    await atGate(port, `held-${n}`);
    return { n, container: hostname(), filler: 'x'.repeat(bytes) };
  },
);

/** One at a time in one container. */
export const single = app.function(
  { maxContainers: 1, memoryMiB: 64, timeoutMs: 120_000 },
  async (port: number, n: number) => {
    await atGate(port, `single-${n}`);
    return { n, container: hostname() };
  },
);

/** Waits for a call that it makes. */
export const parent = app.function(
  { maxContainers: 1, memoryMiB: 64, timeoutMs: 120_000 },
  async (port: number, n: number) => {
    await atGate(port, `parent-${n}`);
    return { parent: hostname(), child: await single.remote(port, n) };
  },
);

/** Fails once it is let go. */
export const failing = app.function({ maxContainers: 1, memoryMiB: 64 }, async (port: number, n: number) => {
  await atGate(port, `failing-${n}`);
  throw new RangeError(`no ${n}`);
});
