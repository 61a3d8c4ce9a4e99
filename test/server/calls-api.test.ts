import path from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { newId } from '../../src/shared/ids.ts';
import { serveApp } from './serving-app.ts';
import { basic } from './test-server.ts';

const FILE = path.join(import.meta.dirname, '../fixtures/apps/invoked.ts');
const json = { 'content-type': 'application/json' };

async function serving() {
  const app = await serveApp(FILE);
  const asked = async (to: string, init?: Parameters<typeof app.server.fetch>[1]) => {
    const response = await app.server.fetch(to, init);
    return { status: response.status, document: (await response.json()) as Record<string, unknown> };
  };
  return {
    ...app,
    durable: app.durable,
    server: app.server,
    asked,
    call: (name: string, body: object, token?: string) =>
      asked(`/v1/environments/main/apps/invoked/functions/${name}/calls`, {
        method: 'POST',
        headers: json,
        body: JSON.stringify(body),
        ...(token !== undefined && { token }),
      }),
    post: (to: string, body: object = {}) =>
      asked(to, { method: 'POST', headers: json, body: JSON.stringify(body) }),
    [Symbol.asyncDispose]: () => app[Symbol.asyncDispose](),
  };
}

describe('a call over HTTP', () => {
  it('is answered with what the function returned', async () => {
    await using app = await serving();
    const { status, document } = await app.call('add', { args: [1, 2] });
    expect(status).toBe(200);
    expect(document).toMatchObject({
      state: 'succeeded',
      result: 3,
      error: null,
      origin: 'http',
      attempts: 1,
    });
    const { document: same } = await app.asked(`/v1/calls/${document.id}`);
    expect(same).toEqual(document);
    const method = { method: 'greet', parameters: ['Ada'], args: ['!'] };
    expect((await app.call('Greeting', method)).document.result).toBe('hello Ada!');
  });

  it('is answered with what the function threw', async () => {
    await using app = await serving();
    const { status, document } = await app.call('fail', { args: ['no'] });
    expect(status).toBe(200);
    expect(document).toMatchObject({
      state: 'failed',
      result: null,
      error: { name: 'RangeError', message: 'no' },
    });
  });

  it('is accepted at once where nobody waits, and when the wait is over', async () => {
    await using app = await serving();
    const accepted = await app.call('hang', { wait: false });
    expect(accepted.status).toBe(202);
    const waited = await app.call('hang', { waitMs: 1 });
    expect(waited.status).toBe(202);
    expect(['queued', 'running']).toContain(waited.document.state);
    const { id } = accepted.document;
    await vi.waitFor(async () => expect((await app.asked(`/v1/calls/${id}`)).document.state).toBe('running'));
    expect((await app.post(`/v1/calls/${id}/cancel`)).document).toEqual({ cancelled: true });
    const { status, document } = await app.asked(`/v1/calls/${id}?waitMs=60000`);
    expect([status, document.state, document.error]).toMatchObject([
      200,
      'cancelled',
      { code: 'CALL_CANCELLED' },
    ]);
    expect((await app.post(`/v1/calls/${id}/cancel`)).document).toEqual({ cancelled: false });
  });

  it('is made once for each idempotency key', async () => {
    await using app = await serving();
    const first = await app.call('add', { args: [1, 2], idempotencyKey: 'k' });
    const second = await app.call('add', { args: [5, 5], idempotencyKey: 'k' });
    expect(second.document).toEqual(first.document);
  });

  it('is refused where there is nothing to call, and nothing is kept of it', async () => {
    await using app = await serving();
    const refusals = [
      await app.call('none', {}),
      await app.call('count', { args: [1] }),
      await app.call('Greeting', { method: 'none' }),
      await app.asked('/v1/environments/main/apps/none/functions/f/calls', {
        ...{ method: 'POST', headers: json, body: '{}' },
      }),
      await app.asked('/v1/environments/none/apps/invoked/functions/add/calls', {
        ...{ method: 'POST', headers: json, body: '{}' },
      }),
      await app.call('add', { args: 1 }),
      await app.asked(`/v1/calls/${newId('fc')}`),
      await app.asked('/v1/calls/mine'),
    ];
    expect(refusals.map(({ status, document }) => [status, document.code])).toEqual([
      [404, 'FUNCTION_NOT_FOUND'],
      [422, 'GENERATOR_FUNCTION'],
      [404, 'FUNCTION_NOT_FOUND'],
      [404, 'APP_NOT_FOUND'],
      [404, 'ENVIRONMENT_NOT_FOUND'],
      [400, 'REQUEST_INVALID'],
      [404, 'CALL_NOT_FOUND'],
      [400, 'REQUEST_INVALID'],
    ]);
    expect((await app.asked('/v1/calls')).document).toEqual({ calls: [] });
  });

  it('carries arguments and results that are too long for a record', async () => {
    await using app = await serving();
    const text = 'x'.repeat(1_000_000);
    const { document } = await app.call('echo', { args: [text] });
    expect(document.result).toBe(text);
    // Of a call that has its result, the arguments are no longer needed.
    expect((await app.server.server.services.store.calls.blobs()).size).toBe(1);
  });

  it('tells that a result was forgotten, as it does to a client', async () => {
    await using app = await serving();
    const { document } = await app.call('add', { args: [1, 2] });
    await app.server.server.services.store.calls.forgetOutcomesBefore(Date.now() + 1);
    const gone = await app.asked(`/v1/calls/${document.id}`);
    expect([gone.status, gone.document]).toMatchObject([
      200,
      { state: 'succeeded', result: null, expired: true },
    ]);
    const found = app.client().functionCalls.fromId(document.id as string);
    await expect(found.get()).rejects.toMatchObject({ code: 'OUTPUT_EXPIRED' });
  });

  it('needs a token that may invoke, and the list one that may read', async () => {
    await using app = await serving();
    const [invoking, reading] = [await app.server.token('invoke'), await app.server.token('read')];
    expect((await app.call('add', { args: [1, 2] }, basic(reading))).status).toBe(403);
    expect((await app.call('add', { args: [1, 2] }, basic(invoking))).status).toBe(200);
    expect((await app.asked('/v1/calls', { token: basic(invoking) })).status).toBe(403);
    expect((await app.asked('/v1/calls', { token: basic(reading) })).status).toBe(200);
    expect((await app.asked('/v1/calls', { token: null })).status).toBe(401);
  });
});

describe('the list of calls', () => {
  it('has the newest first, by app, function, state and parent', async () => {
    await using app = await serving();
    const sum = (await app.call('add', { args: [1, 2] })).document.id;
    const failed = (await app.call('fail', { args: ['no'] })).document.id;
    const hanging = (await app.call('hang', { wait: false })).document.id;
    const relayed = (await app.call('relay', { args: ['forget', 1] })).document;
    const ids = async (query: string) =>
      ((await app.asked(`/v1/calls?${query}`)).document.calls as { id: string }[]).map(({ id }) => id);
    expect(await ids('')).toEqual([relayed.result, relayed.id, hanging, failed, sum]);
    expect(await ids('function=fail')).toEqual([failed]);
    expect(await ids('state=queued&state=running&function=hang')).toEqual([hanging]);
    expect(await ids('state=failed')).toEqual([failed]);
    expect(await ids(`parent=${relayed.id}`)).toEqual([relayed.result]);
    expect(await ids(`before=${failed}&limit=1`)).toEqual([sum]);
    expect(await ids('app=none')).toEqual([]);
  });

  it('says why calls wait', async () => {
    await using app = await serving();
    await app.started.invoker.updateAutoscaler({ app: 'invoked', function: 'add' }, { maxContainers: 1 });
    await app.started.invoker.updateAutoscaler({ app: 'invoked', function: 'hang' }, { maxContainers: 1 });
    for (let n = 0; n < 12; n++) await app.call('hang', { wait: false });
    await vi.waitFor(async () => {
      const { calls } = (await app.asked('/v1/calls?function=hang')).document as {
        calls: { state: string; waitingFor: string | null }[];
      };
      const waiting = calls.filter(({ state }) => state === 'queued');
      expect(waiting.map(({ waitingFor }) => waitingFor)).toEqual(Array(2).fill('maxContainers 1 reached'));
    });
  });
});
