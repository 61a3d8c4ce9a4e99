import { once } from 'node:events';
import { readFileSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { newAdminCode } from '../../src/server/new-admin-code.ts';
import { runningServer } from '../../src/server/server-record.ts';
import { errorOf } from '../unit/runtime/app/temp-app.ts';
import { basic, testServer } from './test-server.ts';

describe('a server', () => {
  it('has its data folder to itself until it ends', async () => {
    await using first = await testServer();
    const { dataFolder } = first;
    const refused = await errorOf(testServer({ dataFolder }));
    expect(refused).toMatchObject({ code: 'SERVER_RUNNING', message: expect.stringContaining(first.url) });
    expect((await first.fetch('/v1/health')).status).toBe(200);
    await first.server.close();
    await using second = await testServer({ dataFolder });
    expect((await second.fetch('/v1/health')).status).toBe(200);
  });

  it('is on record while it runs, for its owner alone, and with a token that ends with it', async () => {
    await using server = await testServer();
    const { dataFolder } = server;
    const record = runningServer(dataFolder);
    expect(record).toMatchObject({ pid: process.pid, url: server.url, version: '1.2.3' });
    expect(statSync(path.join(dataFolder, 'server.json')).mode & 0o777).toBe(0o600);
    expect(await (await server.fetch('/v1/tokens/current')).json()).toMatchObject({
      name: 'this machine',
      scopes: ['deploy'],
    });
    expect(await server.tokens()).toEqual([]);
    await server.server.close();
    expect(runningServer(dataFolder)).toBeUndefined();
    await using next = await testServer({ dataFolder });
    expect(
      (await next.fetch('/v1/server', { token: basic(record?.token ?? { id: '', secret: '' }) })).status,
    ).toBe(401);
  });

  it('answers what has begun before it ends', async () => {
    await using server = await testServer();
    const { hostname, port } = new URL(server.url);
    const socket = connect(Number(port), hostname);
    const body = 'client_id=dray';
    socket.write(
      `POST /device/code HTTP/1.1\r\nHost: dray\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: ${body.length}\r\nExpect: 100-continue\r\n\r\n`,
    );
    // It has the request, and waits for the rest of it.
    await once(socket, 'data');
    const closing = server.server.close();
    await expect(fetch(`${server.url}/v1/health`)).rejects.toThrow();
    socket.write(body);
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(answer.toString()).toMatch(/^HTTP\/1\.1 200 /);
    await closing;
  });

  it('takes a port that is free, and says so where one is not', async () => {
    await using server = await testServer();
    const port = Number(new URL(server.url).port);
    await using other = await testServer();
    expect(other.url).not.toBe(server.url);
    expect(await errorOf(testServer({ port }))).toMatchObject({
      code: 'LISTEN_FAILED',
      message: `cannot listen on 127.0.0.1, port ${port}: another program uses it`,
    });
  });

  it('gives a first code while nobody has a way in, and none to who starts it after that', async () => {
    await using first = await testServer();
    expect(first.server.adminCode).toBeDefined();
    const { dataFolder } = first;
    await first.server.close();
    await using second = await testServer({ dataFolder });
    expect(second.server.adminCode).toBeUndefined();
    expect(await newAdminCode(dataFolder)).not.toBe(first.server.adminCode);
    const stored = readFileSync(path.join(dataFolder, 'dray.db-wal')).toString('latin1');
    expect(stored).not.toContain(first.server.adminCode);
  });

  it('tells of every request but what its query holds', async () => {
    const paths: string[] = [];
    await using server = await testServer({
      onAnswer: ({ path, status }) => void paths.push(`${path} ${status}`),
    });
    await server.fetch('/device?user_code=BBBB-CCCC', { token: null });
    await server.fetch('/v1/health');
    await server.server.close();
    expect(paths).toEqual(['/device 200', '/v1/health 200']);
  });
});
