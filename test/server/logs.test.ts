/**
 * Logs of an app, from what its containers print to who reads them over HTTP.
 */
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { ServerClient } from '../../src/client/server-client.ts';
import type { LogLineReply } from '../../src/protocol/api/log-routes.ts';
import { runningServer } from '../../src/server/server-record.ts';
import type { die, say } from '../fixtures/apps/talks.ts';
import { type ServingApp, serveApp } from './serving-app.ts';

const APP = path.join(import.meta.dirname, '../fixtures/apps/talks.ts');
const MAIN = { environment: 'main' };

function clientOf({ server }: ServingApp, signal?: AbortSignal): ServerClient {
  const token = runningServer(server.dataFolder)?.token;
  return new ServerClient({ url: server.url, token, ...(signal && { signal }) });
}

async function lines(serving: ServingApp, query: object = {}): Promise<LogLineReply[]> {
  return Array.fromAsync(clientOf(serving).stream('logs', { params: MAIN, query }));
}

describe('logs over HTTP', () => {
  it('have what a call printed, with its function, call and container', async () => {
    await using serving = await serveApp(APP);
    const client = serving.client();
    const handle = await client.functions.fromName<typeof say>('talks', 'say');
    const call = await handle.spawn('hello');
    await call.get();
    const [line] = await lines(serving, { app: 'talks', call: call.id });
    expect(line).toEqual({
      at: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      app: 'talks',
      function: 'say',
      call: call.id,
      container: expect.stringMatching(/^ct-/),
      source: 'stdout',
      text: 'hello',
    });
    const container = line?.container ?? '';
    expect((await lines(serving, { source: 'system', container })).map(({ text }) => text)).toEqual([
      `container ${container} starts`,
      expect.stringMatching(/^container ct-\S+ is ready after \d+ ms$/),
    ]);
  });

  it('have all that a container printed before it ended, in order, and why it ended', async () => {
    await using serving = await serveApp(APP);
    const handle = await serving.client().functions.fromName<typeof die>('talks', 'die');
    await expect(handle.remote('goodbye')).rejects.toThrow();
    await expect.poll(async () => (await lines(serving, { search: 'ended:' })).length).toBe(1);
    const told = (await lines(serving, { function: 'die' })).map(({ source, text }) => `${source}: ${text}`);
    const ended = told.findIndex((text) => text.includes('ended:'));
    expect(told[ended]).toMatch(/^system: container ct-\S+ ended: it exited with code 3$/);
    expect(told.slice(0, ended)).toContain('stderr: goodbye err');
    expect(told.slice(0, ended)).toContain('stdout: goodbye last words');
  });

  it('reach who follows them line by line, in order and once', async () => {
    await using serving = await serveApp(APP);
    const handle = await serving.client().functions.fromName<typeof say>('talks', 'say');
    await handle.remote('before');
    const leaving = new AbortController();
    const query = { app: 'talks', source: 'stdout', follow: true } as const;
    const got: string[] = [];
    const reading = (async () => {
      for await (const { text } of clientOf(serving, leaving.signal).stream('logs', {
        params: MAIN,
        query,
      })) {
        got.push(text);
        if (got.length === 2_001) return;
      }
    })();
    await expect.poll(() => got).toEqual(['before']);
    await handle.remote('line', 2_000);
    await reading;
    expect(got.slice(1)).toEqual(Array.from({ length: 2_000 }, (_, count) => `line ${count}`));
    leaving.abort();
  });

  it('outlive the server', async () => {
    await using serving = await serveApp(APP);
    const named = () => serving.client().functions.fromName<typeof say>('talks', 'say');
    await (await named()).remote('first');
    await serving.restart();
    await (await named()).remote('second');
    const texts = (await lines(serving, { source: 'stdout' })).map(({ text }) => text);
    expect(texts).toEqual(['first', 'second']);
  });

  it('of an app that nobody knows are refused, with a near name', async () => {
    await using serving = await serveApp(APP);
    await expect(lines(serving, { app: 'talk' })).rejects.toMatchObject({ code: 'APP_NOT_FOUND' });
    await expect(lines(serving, { tail: -1 })).rejects.toMatchObject({ code: 'REQUEST_INVALID' });
  });
});
