import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { resolveDockerEndpoint } from '../../../../../src/runtime/containers/docker/docker-endpoint.ts';

let homeFolder = '';
let systemSocket = '';

beforeEach(() => {
  homeFolder = mkdtempSync(path.join(tmpdir(), 'docker-endpoint-'));
  systemSocket = path.join(homeFolder, 'system.sock');
});

afterEach(() => rmSync(homeFolder, { recursive: true }));

/** Writes a file below the home folder. */
function put(name: string, content = ''): string {
  const file = path.join(homeFolder, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, content);
  return file;
}

/** Writes a context as `docker context create` does. */
function putContext(name: string, endpoint: object, config = '.docker'): string {
  const id = createHash('sha256').update(name).digest('hex');
  put(
    `${config}/contexts/meta/${id}/meta.json`,
    JSON.stringify({ Name: name, Endpoints: { docker: endpoint } }),
  );
  return id;
}

const resolve = (env: Record<string, string> = {}, platform: NodeJS.Platform = 'linux') =>
  resolveDockerEndpoint({ env, homeFolder, systemSocket, platform });

describe('resolveDockerEndpoint', () => {
  it('takes what the settings of dray prefer before anything else, and says so', async () => {
    const env = { DOCKER_HOST: 'tcp://10.0.0.5:2375' };
    const preferred = { host: 'unix:///run/lab.sock', source: 'docker_host of profile lab' } as const;
    expect(await resolveDockerEndpoint({ env, homeFolder, systemSocket, preferred })).toEqual(preferred);
  });

  it.each<{
    name: string;
    env?: Record<string, string>;
    current?: string;
    want: { host: string; source: string };
  }>([
    {
      name: 'takes DOCKER_HOST before anything else, as the docker command does',
      env: { DOCKER_HOST: 'tcp://10.0.0.5:2375', DOCKER_CONTEXT: 'build' },
      current: 'laptop',
      want: { host: 'tcp://10.0.0.5:2375', source: 'DOCKER_HOST' },
    },
    {
      name: 'takes DOCKER_HOST without a scheme for tcp',
      env: { DOCKER_HOST: '10.0.0.5:2375' },
      want: { host: 'tcp://10.0.0.5:2375', source: 'DOCKER_HOST' },
    },
    {
      name: 'takes DOCKER_CONTEXT before the current context',
      env: { DOCKER_CONTEXT: 'build' },
      current: 'laptop',
      want: { host: 'unix:///build.sock', source: 'context build' },
    },
    {
      name: 'takes the current context',
      current: 'laptop',
      want: { host: 'unix:///laptop.sock', source: 'context laptop' },
    },
    {
      name: 'ignores empty variables',
      env: { DOCKER_HOST: '', DOCKER_CONTEXT: '' },
      current: 'laptop',
      want: { host: 'unix:///laptop.sock', source: 'context laptop' },
    },
    {
      name: 'takes the context named default for no context at all',
      env: { DOCKER_CONTEXT: 'default' },
      current: 'laptop',
      want: { host: 'unix://SYSTEM', source: 'default socket' },
    },
    { name: 'takes the default socket', want: { host: 'unix://SYSTEM', source: 'default socket' } },
    {
      name: 'takes a current context named default for the default socket',
      current: 'default',
      want: { host: 'unix://SYSTEM', source: 'default socket' },
    },
  ])('$name', async ({ env, current, want }) => {
    putContext('build', { Host: 'unix:///build.sock' });
    putContext('laptop', { Host: 'unix:///laptop.sock' });
    put('.docker/config.json', JSON.stringify({ auths: {}, ...(current && { currentContext: current }) }));
    expect(await resolve(env)).toEqual({ ...want, host: want.host.replace('SYSTEM', systemSocket) });
  });

  it('reads the configuration folder that DOCKER_CONFIG names', async () => {
    putContext('far', { Host: 'tcp://far:2375' }, 'elsewhere');
    put('elsewhere/config.json', JSON.stringify({ currentContext: 'far' }));
    expect(await resolve({ DOCKER_CONFIG: path.join(homeFolder, 'elsewhere') })).toEqual({
      host: 'tcp://far:2375',
      source: 'context far',
    });
  });

  it.each([
    {
      name: 'the system socket',
      files: ['system.sock', 'run/docker.sock', '.docker/run/docker.sock'],
      want: 0,
    },
    { name: 'a rootless socket', files: ['run/docker.sock', '.docker/run/docker.sock'], want: 0 },
    { name: 'the socket of Docker Desktop', files: ['.docker/run/docker.sock'], want: 0 },
  ])('finds $name', async ({ files, want }) => {
    const sockets = files.map((name) => put(name));
    expect(await resolve({ XDG_RUNTIME_DIR: path.join(homeFolder, 'run') })).toEqual({
      host: `unix://${sockets[want]}`,
      source: 'default socket',
    });
  });

  it('takes the named pipe on Windows', async () => {
    expect(await resolve({}, 'win32')).toEqual({
      host: 'npipe:////./pipe/docker_engine',
      source: 'default socket',
    });
  });

  it('reads the certificates of a context', async () => {
    const id = putContext('secure', { Host: 'tcp://far:2376', SkipTLSVerify: false });
    for (const name of ['ca', 'cert', 'key']) put(`.docker/contexts/tls/${id}/docker/${name}.pem`, name);
    expect(await resolve({ DOCKER_CONTEXT: 'secure' })).toEqual({
      host: 'tcp://far:2376',
      source: 'context secure',
      tls: { verify: true, ca: 'ca', cert: 'cert', key: 'key' },
    });
  });

  it('keeps what a context says about checking certificates', async () => {
    putContext('lax', { Host: 'tcp://far:2376', SkipTLSVerify: true });
    expect(await resolve({ DOCKER_CONTEXT: 'lax' })).toMatchObject({ tls: { verify: false } });
  });

  it.each([
    { name: 'DOCKER_TLS_VERIFY checks', env: { DOCKER_TLS_VERIFY: '1' }, verify: true },
    { name: 'DOCKER_TLS does not check', env: { DOCKER_TLS: '1' }, verify: false },
  ])('uses TLS for a tcp host: $name', async ({ env, verify }) => {
    put('certs/ca.pem', 'ca');
    const DOCKER_CERT_PATH = path.join(homeFolder, 'certs');
    expect(await resolve({ DOCKER_HOST: 'tcp://far:2376', DOCKER_CERT_PATH, ...env })).toMatchObject({
      tls: { verify, ca: 'ca' },
    });
  });

  it('finds the certificates in the configuration folder where DOCKER_CERT_PATH is not set', async () => {
    put('.docker/cert.pem', 'cert');
    expect(await resolve({ DOCKER_HOST: 'tcp://far:2376', DOCKER_TLS_VERIFY: '1' })).toMatchObject({
      tls: { cert: 'cert' },
    });
  });

  it('uses no TLS on a socket of this machine', async () => {
    expect(await resolve({ DOCKER_HOST: 'unix:///x.sock', DOCKER_TLS_VERIFY: '1' })).toEqual({
      host: 'unix:///x.sock',
      source: 'DOCKER_HOST',
    });
  });

  it('says which context is not there', async () => {
    await expect(resolve({ DOCKER_CONTEXT: 'gone' })).rejects.toMatchObject({
      code: 'DOCKER_CONTEXT_NOT_FOUND',
      message: expect.stringContaining('"gone"'),
    });
  });

  it('says which file of Docker it cannot read', async () => {
    const file = put('.docker/config.json', '{');
    await expect(resolve()).rejects.toMatchObject({
      code: 'DOCKER_CONFIG_UNREADABLE',
      message: expect.stringContaining(file),
    });
  });
});
