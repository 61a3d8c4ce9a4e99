import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { ApiRoute } from '../../src/protocol/api/api-route.ts';
import { RefusedError } from '../../src/shared/errors.ts';
import { errorOf } from '../unit/runtime/app/temp-app.ts';
import { type AnyRequest, boundServer, NO_TOKEN } from './test-routes.ts';
import { basic } from './test-server.ts';

const route = {
  method: 'get',
  path: '/lines',
  summary: 'Lines',
  access: 'deploy',
  stream: true,
  reply: z.object({ n: z.int() }),
} as const satisfies ApiRoute;

const serve = (handle: (request: AnyRequest) => unknown) => boundServer({ lines: { route, handle } });

/** Yields until it is told to end. */
async function* endless({ signal }: AnyRequest, first: readonly object[] = []) {
  yield* first;
  await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
}

async function collected(lines: AsyncIterable<unknown>): Promise<unknown[]> {
  const values: unknown[] = [];
  for await (const line of lines) values.push(line);
  return values;
}

describe('a route that answers with lines', () => {
  it('sends each line when it comes about', async () => {
    const more = Promise.withResolvers<void>();
    await using server = await serve(async function* () {
      yield { n: 1 };
      await more.promise;
      yield { n: 2 };
    });
    const lines = server.client().stream('lines', {});
    expect((await lines.next()).value).toEqual({ n: 1 });
    more.resolve();
    expect(await collected(lines)).toEqual([{ n: 2 }]);
  });

  it('is called x-ndjson, and holds nothing but its lines', async () => {
    await using server = await serve(async function* () {
      yield { n: 1, secret: 'x' };
      yield { n: 2 };
    });
    const response = await fetch(`${server.url}/lines`, { headers: { authorization: basic(server.token) } });
    expect(response.headers.get('content-type')).toBe('application/x-ndjson');
    expect(await response.text()).toBe('{"n":1}\n{"n":2}\n');
  });

  it('has the status of an error that comes before the first line', async () => {
    await using server = await serve(async () => {
      throw new RefusedError('TOKEN_UNKNOWN', 'there is none', { suggestions: ['look'] });
    });
    const response = await fetch(`${server.url}/lines`, { headers: { authorization: basic(server.token) } });
    expect(response.status).toBe(404);
    const error = await errorOf(collected(server.client().stream('lines', {})));
    expect(error).toMatchObject({ code: 'TOKEN_UNKNOWN', exitCode: 4, suggestions: ['look'] });
  });

  it('throws an error that comes amid its lines, as the kind that it is', async () => {
    await using server = await serve(async function* () {
      yield { n: 1 };
      throw new RefusedError('TOKEN_UNKNOWN', 'it went away', { details: 'last words' });
    });
    const lines = server.client().stream('lines', {});
    await lines.next();
    const error = await errorOf(collected(lines));
    expect(error).toMatchObject({ code: 'TOKEN_UNKNOWN', exitCode: 4, details: 'last words' });
  });

  it('tells only its log of an error that no kind describes', async () => {
    await using server = await serve(async function* () {
      yield { n: 1 };
      throw new Error('the password is 1234');
    });
    const error = await errorOf(collected(server.client().stream('lines', {})));
    expect(error.code).toBe('BUG');
    expect(error.message).not.toContain('1234');
    expect(server.defects).toEqual([new Error('the password is 1234')]);
  });

  it('ends its handler when the reader goes away', async () => {
    const ended = Promise.withResolvers<string>();
    await using server = await serve(async function* (request: AnyRequest) {
      try {
        yield* endless(request, [{ n: 1 }]);
      } finally {
        ended.resolve('ended');
      }
    });
    for await (const _ of server.client().stream('lines', {})) break;
    expect(await ended.promise).toBe('ended');
    expect(server.defects).toEqual([]);
  });

  it('ends its handler when the reader is killed before the first line', async () => {
    const began = Promise.withResolvers<void>();
    const ended = Promise.withResolvers<string>();
    await using server = await serve(async function* (request: AnyRequest) {
      began.resolve();
      yield* endless(request);
      ended.resolve('ended');
    });
    const reader = new AbortController();
    const lines = server.client({ signal: reader.signal }).stream('lines', {});
    const read = lines.next().catch((error: unknown) => error);
    await began.promise;
    reader.abort(new Error('enough'));
    expect(await read).toEqual(new Error('enough'));
    expect(await ended.promise).toBe('ended');
  });

  it('goes no faster than it is read', async () => {
    let given = 0;
    const text = 'x'.repeat(10_000);
    const wide = { ...route, reply: z.object({ text: z.string() }) };
    await using server = await boundServer({
      lines: {
        route: wide,
        handle: async function* () {
          for (; given < 10_000; given++) yield { text };
        },
      },
    });
    const lines = server.client().stream('lines', {});
    await lines.next();
    let before = -1;
    // It stands still once what lies between the two is full: some megabytes of a hundred.
    while (before !== given) {
      before = given;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    expect(given).toBeLessThan(9_000);
    expect((await collected(lines)).length).toBe(9_999);
  });

  it('ends when the server does, and says so', async () => {
    await using server = await serve((request) => endless(request, [{ n: 1 }]));
    const lines = server.client().stream('lines', {});
    await lines.next();
    server.end();
    expect(await errorOf(collected(lines))).toMatchObject({ code: 'SERVER_ENDING', exitCode: 3 });
    await server.close();
  });

  it('ends when its token is revoked', async () => {
    await using server = await serve((request) => endless(request, [{ n: 1 }]));
    const lines = server.client().stream('lines', {});
    await lines.next();
    await server.tokens.revoke(server.token.id);
    expect(await errorOf(collected(lines))).toMatchObject({ code: 'TOKEN_REFUSED', exitCode: 4 });
  });

  it('says that the server is gone where the connection breaks', async () => {
    await using server = await serve((request) => endless(request, [{ n: 1 }]));
    const lines = server.client().stream('lines', {});
    await lines.next();
    const read = errorOf(collected(lines));
    server.breakConnections();
    expect(await read).toMatchObject({ code: 'SERVER_UNREACHABLE', exitCode: 3 });
  });

  it('is kept from who has no token, and from who may not', async () => {
    let asked = 0;
    await using server = await serve(async function* () {
      yield { n: ++asked };
    });
    const read = (token: typeof NO_TOKEN | undefined) =>
      errorOf(collected(server.client({ token }).stream('lines', {})));
    expect(await read(undefined)).toMatchObject({ code: 'TOKEN_REFUSED' });
    expect(await read(NO_TOKEN)).toMatchObject({ code: 'TOKEN_REFUSED' });
    const reader = await server.tokens.issue({ name: 'reader', scopes: ['read'] });
    expect(await read(reader)).toMatchObject({ code: 'SCOPE_MISSING' });
    expect(asked).toBe(0);
  });
});
