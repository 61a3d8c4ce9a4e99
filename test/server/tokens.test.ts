import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { basic, testServer } from './test-server.ts';

describe('tokens', () => {
  it('are listed without their secrets, with when they were used', async () => {
    await using server = await testServer();
    const first = await server.token('read', 'first');
    await server.token('deploy', 'second');
    await server.fetch('/v1/server', { token: basic(first) });
    const tokens = await server.tokens();
    expect(tokens.map(({ name, scopes, lastUsedAt }) => [name, scopes, lastUsedAt !== null])).toEqual([
      ['first', ['read'], true],
      ['second', ['deploy'], false],
    ]);
    expect(JSON.stringify(tokens)).not.toContain(first.secret);
  });

  it('are refused with another secret, and with the secret of another', async () => {
    await using server = await testServer();
    const [one, other] = [await server.token('read'), await server.token('read')];
    for (const secret of ['', one.secret.slice(0, -1), `${one.secret}x`, other.secret]) {
      const response = await server.fetch('/v1/server', { token: basic({ id: one.id, secret }) });
      expect(response.status).toBe(401);
    }
    expect((await server.fetch('/v1/server', { token: basic(one) })).status).toBe(200);
  });

  it('may do what their scopes say', async () => {
    await using server = await testServer();
    const token = {
      invoke: await server.token('invoke'),
      read: await server.token('read'),
      all: await server.token('deploy'),
    };
    const status = async (given: { id: string; secret: string }, path: string, method = 'GET') =>
      (await server.fetch(path, { method, token: basic(given) })).status;
    expect(await status(token.invoke, '/v1/server')).toBe(403);
    expect(await status(token.invoke, '/v1/tokens/current')).toBe(200);
    expect(await status(token.read, '/v1/server')).toBe(200);
    expect(await status(token.read, `/v1/tokens/${token.invoke.id}`, 'DELETE')).toBe(403);
    expect(await status(token.read, `/v1/tokens/${token.read.id}`, 'DELETE')).toBe(200);
    expect(await status(token.all, `/v1/tokens/${token.invoke.id}`, 'DELETE')).toBe(200);
    expect(await status(token.all, `/v1/tokens/${token.invoke.id}`, 'DELETE')).toBe(404);
  });

  it('are useless from the moment they are revoked', async () => {
    await using server = await testServer();
    const token = await server.token('read');
    expect((await server.fetch('/v1/server', { token: basic(token) })).status).toBe(200);
    await server.fetch(`/v1/tokens/${token.id}`, { method: 'DELETE' });
    expect((await server.fetch('/v1/server', { token: basic(token) })).status).toBe(401);
  });

  it('outlive the server, and are nowhere in its data', async () => {
    await using first = await testServer();
    const token = await first.token('read');
    const { dataFolder } = first;
    await first.server.close();
    await using second = await testServer({ dataFolder });
    expect(second.server.adminCode).toBeUndefined();
    expect((await second.fetch('/v1/server', { token: basic(token) })).status).toBe(200);
    for (const file of ['dray.db', 'dray.db-wal']) {
      const content = readFileSync(path.join(dataFolder, file)).toString('latin1');
      expect(content).not.toContain(token.secret);
    }
  });

  it('of guesses run out for an address, good ones do not', async () => {
    await using server = await testServer();
    const statuses: number[] = [];
    for (let tried = 0; tried < 60; tried++) {
      statuses.push(
        (await server.fetch('/v1/server', { token: basic({ id: 'tk-x', secret: `${tried}` }) })).status,
      );
    }
    expect(statuses.slice(0, 30)).toEqual(Array(30).fill(401));
    expect(statuses).toContain(429);
    expect((await server.fetch('/v1/server')).status).toBe(200);
  });
});
