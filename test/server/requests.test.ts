import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { ApiRoute } from '../../src/protocol/api/api-route.ts';
import { queryFlag, queryInt, queryList } from '../../src/protocol/api/field-schemas.ts';
import { errorOf } from '../unit/runtime/app/temp-app.ts';
import { type AnyRequest, boundServer } from './test-routes.ts';
import { basic } from './test-server.ts';

const MiB = 1_048_576;

describe('a route that takes bytes', () => {
  const route = {
    method: 'put',
    path: '/blobs/{name}',
    summary: 'A blob',
    access: 'deploy',
    encoding: 'bytes',
    maxBodyBytes: 4 * MiB,
    params: z.object({ name: z.string() }),
    reply: z.object({ bytes: z.int() }),
  } as const satisfies ApiRoute;
  const serve = (handle: (request: AnyRequest) => unknown) => boundServer({ put: { route, handle } });
  const counted = async ({ body }: AnyRequest) => {
    let bytes = 0;
    for await (const chunk of body) bytes += chunk.length;
    return { bytes };
  };
  const params = { name: 'a b/c' };

  it('gets them as they were, at once or as they come about', async () => {
    const received: Buffer[] = [];
    await using server = await serve(async ({ body, params }) => {
      for await (const chunk of body) received.push(Buffer.from(chunk));
      expect(params).toEqual({ name: 'a b/c' });
      return { bytes: 0 };
    });
    const bytes = crypto.getRandomValues(new Uint8Array(65_536));
    await server.client().request('put', { params, body: bytes });
    const pieces = (async function* () {
      yield bytes.subarray(0, 10);
      yield bytes.subarray(10);
    })();
    await server.client().request('put', { params, body: pieces });
    expect(Buffer.concat(received).equals(Buffer.concat([bytes, bytes]))).toBe(true);
  });

  it('has them while the rest is still to come', async () => {
    const first = Promise.withResolvers<void>();
    await using server = await serve(async ({ body }) => {
      let bytes = 0;
      for await (const chunk of body) {
        bytes += chunk.length;
        first.resolve();
      }
      return { bytes };
    });
    const pieces = (async function* () {
      yield new Uint8Array(3);
      await first.promise;
      yield new Uint8Array(4);
    })();
    expect(await server.client().request('put', { params, body: pieces })).toEqual({ bytes: 7 });
  });

  it('takes as many as its limit and no more, whether or not their number is told', async () => {
    await using server = await serve(counted);
    const send = (body: unknown) => server.client().request('put', { params, body });
    const unannounced = async function* (count: number) {
      for (let sent = 0; sent < count; sent += MiB) yield new Uint8Array(Math.min(MiB, count - sent));
    };
    expect(await send(new Uint8Array(4 * MiB))).toEqual({ bytes: 4 * MiB });
    expect(await send(unannounced(4 * MiB))).toEqual({ bytes: 4 * MiB });
    expect(await errorOf(send(new Uint8Array(4 * MiB + 1)))).toMatchObject({ code: 'BODY_TOO_LARGE' });
    expect(await errorOf(send(unannounced(4 * MiB + 1)))).toMatchObject({ code: 'BODY_TOO_LARGE' });
  });

  it('goes on after a client that broke off', async () => {
    const ended = Promise.withResolvers<unknown>();
    await using server = await serve((request) =>
      counted(request).catch((error: unknown) => {
        ended.resolve(error);
        throw error;
      }),
    );
    const { hostname, port } = new URL(server.url);
    const socket = connect(Number(port), hostname);
    socket.write(
      `PUT /blobs/x HTTP/1.1\r\nHost: dray\r\nAuthorization: ${basic(server.token)}\r\nContent-Type: application/octet-stream\r\nContent-Length: 100\r\n\r\nabc`,
    );
    socket.once('connect', () => setImmediate(() => socket.destroySoon()));
    expect(await ended.promise).toMatchObject({ code: 'REQUEST_INVALID' });
    expect(await server.client().request('put', { params, body: new Uint8Array(1) })).toEqual({ bytes: 1 });
    expect(server.defects).toEqual([]);
  });

  it('reads none of what somebody sends who may not', async () => {
    let asked = 0;
    await using server = await serve(async (request) => {
      asked++;
      return counted(request);
    });
    const { hostname, port } = new URL(server.url);
    const socket = connect(Number(port), hostname);
    socket.write(
      'PUT /blobs/x HTTP/1.1\r\nHost: dray\r\nConnection: close\r\nContent-Type: application/octet-stream\r\nContent-Length: 1000000000\r\n\r\n',
    );
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 401 /);
    expect(asked).toBe(0);
  });

  it('wants them called what they are', async () => {
    await using server = await serve(counted);
    const response = await fetch(`${server.url}/blobs/x`, {
      method: 'PUT',
      body: 'x',
      headers: { authorization: basic(server.token), 'content-type': 'text/plain' },
    });
    expect([response.status, await response.json()]).toEqual([
      400,
      expect.objectContaining({ message: expect.stringContaining('application/octet-stream') }),
    ]);
  });
});

describe('a query', () => {
  const route = {
    method: 'get',
    path: '/things',
    summary: 'Things',
    access: 'read',
    query: z.object({
      limit: queryInt.max(1_000).default(100),
      state: queryList(z.enum(['queued', 'running'])).optional(),
      follow: queryFlag.optional(),
      text: z.string().optional(),
    }),
    reply: z.object({ seen: z.json() }),
  } as const satisfies ApiRoute;
  const serve = () =>
    boundServer({ things: { route, handle: ({ query }: AnyRequest) => ({ seen: query as never }) } });

  it('reaches the handler in the types that it is declared with', async () => {
    await using server = await serve();
    const ask = async (query?: object) => {
      const { seen } = (await server.client().request('things', { ...(query && { query }) })) as {
        seen: unknown;
      };
      return seen;
    };
    expect(await ask()).toEqual({ limit: 100 });
    expect(await ask({ limit: 5, state: ['queued'], follow: true, text: 'a&b=c d' })).toEqual({
      ...{ limit: 5, state: ['queued'], follow: true, text: 'a&b=c d' },
    });
    expect(await ask({ state: ['queued', 'running'], follow: false, text: undefined })).toEqual({
      ...{ limit: 100, state: ['queued', 'running'], follow: false },
    });
  });

  it('is refused where a field is not what it may be, by the name of the field', async () => {
    await using server = await serve();
    for (const query of [
      { limit: 1.5 },
      { limit: 'x' },
      { limit: 1_001 },
      { state: ['lost'] },
      { follow: 'maybe' },
    ]) {
      const error = await errorOf(server.client().request('things', { query }));
      expect(error).toMatchObject({ code: 'REQUEST_INVALID', exitCode: 4 });
      expect(error.message).toContain(Object.keys(query)[0]);
    }
  });
});
