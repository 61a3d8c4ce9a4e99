import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { add, count, fail, Greeting, hang } from '../fixtures/apps/invoked.ts';
import { serveApp } from './serving-app.ts';

const FILE = path.join(import.meta.dirname, '../fixtures/apps/invoked.ts');

describe('a client of a server', () => {
  it('calls functions that are deployed there', async () => {
    await using serving = await serveApp(FILE);
    const client = serving.client();
    const remote = await client.functions.fromName<typeof add>('invoked', 'add');
    expect(await remote.remote(1, 2)).toBe(3);
    expect(
      await remote.starmap([
        [1, 1],
        [2, 2],
      ]),
    ).toEqual([2, 4]);
    const call = await remote.spawn(3, 4);
    expect(await call.get()).toBe(7);
    expect(await client.functionCalls.fromId(call.id).get({ timeoutMs: 0 })).toBe(7);
  });
});
