import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { agreedVersion, connectDocker } from '../../../../../src/runtime/containers/docker/docker-client.ts';
import {
  dockerConnection,
  pingDocker,
} from '../../../../../src/runtime/containers/docker/docker-connection.ts';
import type { DockerEndpoint } from '../../../../../src/runtime/containers/docker/docker-endpoint.ts';

let folder = '';
const at = (host: string): DockerEndpoint => ({ host, source: 'DOCKER_HOST' });

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'docker-client-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

/** Something that answers HTTP on a socket of its own. */
async function listen(answer: http.RequestListener): Promise<{ host: string } & AsyncDisposable> {
  const server = http.createServer(answer);
  const socket = path.join(folder, 'docker.sock');
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  return {
    host: `unix://${socket}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

const answering = (apiVersion: string) => (_: unknown, response: http.ServerResponse) =>
  response.setHeader('Api-Version', apiVersion).end('OK');

describe('agreedVersion', () => {
  it.each([
    { offered: '1.41', want: '1.41' },
    { offered: '1.51', want: '1.51' },
    { offered: '1.55', want: '1.55' },
    { offered: '1.99', want: '1.55' },
    { offered: '2.0', want: '1.55' },
  ])('speaks $want to an engine that offers $offered', ({ offered, want }) => {
    expect(agreedVersion(offered, at('unix:///x'))).toBe(want);
  });

  it.each(['1.40', '1.24', '1.9', '0.5'])('refuses an engine that offers %s', (offered) => {
    expect(() => agreedVersion(offered, at('unix:///x'))).toThrow(`speaks API ${offered}; dray needs 1.41`);
  });
});

describe('connectDocker', () => {
  it('asks the endpoint it is given in the agreed version, whatever DOCKER_HOST says', async () => {
    const asked: (string | undefined)[] = [];
    await using engine = await listen((request, response) => {
      asked.push(request.url);
      answering('1.47')(request, response.setHeader('Content-Type', 'application/json'));
    });
    const before = process.env.DOCKER_HOST;
    process.env.DOCKER_HOST = 'tcp://192.0.2.1:1';
    try {
      const client = await connectDocker(at(engine.host));
      await client.docker.info();
      client.close();
      expect(client.apiVersion).toBe('1.47');
    } finally {
      if (before === undefined) delete process.env.DOCKER_HOST;
      else process.env.DOCKER_HOST = before;
    }
    expect(asked).toEqual(['/_ping', '/v1.47/info']);
  });

  it('refuses an engine that is too old', async () => {
    await using engine = await listen(answering('1.38'));
    await expect(connectDocker(at(engine.host))).rejects.toMatchObject({
      code: 'DOCKER_TOO_OLD',
      exitCode: 3,
    });
  });

  it('says that what answers is no Docker engine', async () => {
    await using server = await listen((_, response) => void response.end('hello'));
    await expect(connectDocker(at(server.host))).rejects.toMatchObject({
      code: 'DOCKER_UNREACHABLE',
      cause: expect.objectContaining({ message: expect.stringContaining('not a Docker engine') }),
    });
  });

  it('says that nothing is there', async () => {
    await expect(connectDocker(at(`unix://${folder}/none.sock`))).rejects.toMatchObject({
      code: 'DOCKER_UNREACHABLE',
      message: `cannot reach Docker at unix://${folder}/none.sock (chosen by DOCKER_HOST)`,
    });
  });

  it('says at once that a tcp host refuses', async () => {
    const server = net.createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as net.AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    await expect(connectDocker(at(`tcp://127.0.0.1:${port}`))).rejects.toMatchObject({
      code: 'DOCKER_UNREACHABLE',
    });
  });

  it('gives up on a host that never answers', async () => {
    const server = net.createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as net.AddressInfo;
    const connection = dockerConnection(at(`tcp://127.0.0.1:${port}`));
    try {
      await expect(pingDocker(connection, 50)).rejects.toMatchObject({ code: 'ETIMEDOUT' });
    } finally {
      connection.agent.destroy();
      server.close();
    }
  });

  it.runIf(process.platform !== 'win32')('says who may not use the socket', async () => {
    await using engine = await listen(answering('1.47'));
    chmodSync(engine.host.slice('unix://'.length), 0o000);
    chmodSync(folder, 0o755);
    const root = process.getuid?.() === 0;
    // Root may use every socket: be somebody else for a moment.
    if (root) process.seteuid?.(65_534);
    try {
      await expect(connectDocker(at(engine.host))).rejects.toMatchObject({
        code: 'DOCKER_PERMISSION_DENIED',
        suggestions: expect.arrayContaining([expect.stringContaining('usermod -aG docker')]),
      });
    } finally {
      if (root) process.seteuid?.(0);
    }
  });
});

describe('dockerConnection', () => {
  it.each([
    { host: 'unix:///run/docker.sock', want: { protocol: 'http', socketPath: '/run/docker.sock' } },
    {
      host: 'npipe:////./pipe/docker_engine',
      want: { protocol: 'http', socketPath: '//./pipe/docker_engine' },
    },
    { host: 'tcp://far', want: { protocol: 'http', hostname: 'far', port: 2375 } },
    { host: 'tcp://far:4000', want: { protocol: 'http', hostname: 'far', port: 4000 } },
    { host: 'tcp://[::1]:4000', want: { protocol: 'http', hostname: '::1', port: 4000 } },
    { host: 'https://far', want: { protocol: 'https', hostname: 'far', port: 2376 } },
  ])('reads $host', ({ host, want }) => {
    expect(dockerConnection(at(host))).toMatchObject(want);
  });

  it('uses TLS where there are certificates', () => {
    expect(dockerConnection({ ...at('tcp://far:2376'), tls: { verify: true } })).toMatchObject({
      protocol: 'https',
    });
  });

  it('says how to reach a host over ssh', () => {
    expect(() => dockerConnection(at('ssh://deploy@box'))).toThrow(
      expect.objectContaining({
        code: 'DOCKER_SSH_UNSUPPORTED',
        suggestions: expect.arrayContaining([
          expect.stringContaining('ssh -nNT -L /tmp/docker.sock:/var/run/docker.sock deploy@box'),
        ]),
      }),
    );
  });

  it.each(['nonsense', 'ftp://far', 'unix://', 'fd://'])('refuses %s', (host) => {
    expect(() => dockerConnection(at(host))).toThrow(
      expect.objectContaining({ code: 'DOCKER_HOST_INVALID' }),
    );
  });
});
