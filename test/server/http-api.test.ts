import { describe, expect, it } from 'vitest';
import type { ApiRoute } from '../../src/protocol/api/api-route.ts';
import { API_ROUTES } from '../../src/protocol/api/routes.ts';
import { validate } from './openapi-validity.ts';
import { basic, testServer } from './test-server.ts';

const routes = Object.entries<ApiRoute>(API_ROUTES);

/** A request to a route as it is meant, but for its token. */
function requestTo({ method, path, body, encoding }: ApiRoute): [string, RequestInit] {
  const type = encoding === 'form' ? 'application/x-www-form-urlencoded' : 'application/json';
  const content = { body: encoding === 'form' ? '' : '{}', headers: { 'content-type': type } };
  return [path.replaceAll(/\{\w+\}/g, 'x'), { method: method.toUpperCase(), ...(body && content) }];
}

describe('the API', () => {
  it('answers whether it is well, and with what version, without a token', async () => {
    await using server = await testServer();
    const response = await server.fetch('/v1/health', { token: null });
    expect(await response.json()).toEqual({ status: 'ok', version: '1.2.3' });
  });

  it('tells of the server to who has a token', async () => {
    await using server = await testServer();
    expect(await (await server.fetch('/v1/server')).json()).toEqual({
      version: '1.2.3',
      url: server.url,
      pid: process.pid,
      startedAt: expect.stringMatching(/^\d{4}-.*Z$/),
      uptimeMs: expect.any(Number),
      requests: { answered: 0, running: 1 },
    });
  });

  it.each(routes.filter(([, { access }]) => access !== 'public'))(
    'keeps %s from who has no token',
    async (_, route) => {
      await using server = await testServer();
      const [path, init] = requestTo(route);
      const tokens = [
        null,
        'Basic',
        basic({ id: 'tk-none', secret: 'ts-none' }),
        'Bearer tk-none.ts-none',
        'Bearer x',
      ];
      for (const token of tokens) {
        const response = await server.fetch(path, { ...init, token });
        expect(response.status).toBe(401);
        expect(response.headers.get('www-authenticate')).toMatch(/^Basic /);
        expect(await response.json()).toEqual({
          code: 'TOKEN_REFUSED',
          message: expect.any(String),
          suggestions: [expect.any(String), expect.any(String)],
        });
      }
    },
  );

  it('lets nobody in by a route that nobody meant to be public', () => {
    const open = routes.filter(([, { access }]) => access === 'public').map(([name]) => name);
    expect(open).toEqual(['health', 'deviceCode', 'deviceToken']);
  });

  it('says of an address that it does not have that it has not', async () => {
    await using server = await testServer();
    for (const path of ['/', '/v1/nothing', '/v1/tokens/../x', '/v1/health/x']) {
      const response = await server.fetch(path);
      expect([response.status, await response.json()]).toEqual([
        404,
        expect.objectContaining({ code: 'ROUTE_UNKNOWN' }),
      ]);
    }
    const response = await server.fetch('/v1/health', { method: 'POST' });
    expect(response.status).toBe(404);
  });

  it('does not read a body that is too large to its end', async () => {
    await using server = await testServer();
    const fields = { client_id: 'dray', name: 'x'.repeat(100_000) };
    const response = await server.form('/device/code', fields);
    expect([response.status, await response.json()]).toEqual([
      413,
      { error: 'invalid_request', error_description: expect.stringContaining('65536 bytes') },
    ]);
  });

  it('is never put into a frame, guessed at, or kept by a cache', async () => {
    await using server = await testServer();
    const { headers } = await server.fetch('/v1/tokens');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('x-frame-options')).toBe('SAMEORIGIN');
    expect(headers.get('cache-control')).toBe('no-store');
  });
});

describe('the OpenAPI document', () => {
  interface Document {
    readonly paths: Record<string, Record<string, { security: object[]; requestBody?: object }>>;
    readonly components: { readonly schemas: Record<string, object> };
  }
  const read = async () => {
    await using server = await testServer();
    return (await (await server.fetch('/openapi.json', { token: null })).json()) as Document;
  };

  it('is valid', async () => {
    expect(await validate(await read())).toEqual([]);
  });

  it('has every route and no other, and says which need a token', async () => {
    const { paths } = await read();
    const listed = Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, { security }]) => `${method} ${path} ${security.length > 0}`),
    );
    const served = routes.map(([, { method, path, access }]) => `${method} ${path} ${access !== 'public'}`);
    expect(listed.sort()).toEqual(served.sort());
  });

  it('leads every reference to a schema', async () => {
    const document = await read();
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map(([, to]) => to);
    expect(references.length).toBeGreaterThan(10);
    const schemas = Object.keys(document.components.schemas).map((name) => `#/components/schemas/${name}`);
    expect(references.filter((to) => !schemas.includes(to as string))).toEqual([]);
  });
});
