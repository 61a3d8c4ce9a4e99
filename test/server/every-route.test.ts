/**
 * What holds for every route of the API there is.
 */
import { expect, it } from 'vitest';
import type { ApiRoute } from '../../src/protocol/api/api-route.ts';
import { API_ROUTES } from '../../src/protocol/api/routes.ts';
import { testServer } from './test-server.ts';

it('asks for a token on every route that is not public, before it looks at anything else', async () => {
  await using server = await testServer();
  const asked = Object.entries<ApiRoute>(API_ROUTES).filter(([, { access }]) => access !== 'public');
  expect(asked.length).toBeGreaterThan(20);
  for (const [name, { method, path }] of asked) {
    const address = path.replaceAll(/\{\w+\}/g, 'x');
    const response = await server.fetch(address, { method: method.toUpperCase(), token: null });
    expect([name, response.status]).toEqual([name, 401]);
  }
});
