import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { registryLogin, registryServer } from '../../../../src/runtime/images/registry-auth.ts';

const HUB = 'https://index.docker.io/v1/';

async function clientConfig(config: unknown) {
  const folder = await mkdtemp(path.join(tmpdir(), 'dray-auth-'));
  const text = typeof config === 'string' ? config : JSON.stringify(config);
  await writeFile(path.join(folder, 'config.json'), text);
  return { env: { DOCKER_CONFIG: folder }, [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) };
}

const basic = (text: string) => ({ auth: Buffer.from(text).toString('base64') });

it.each([
  ['node:24', HUB],
  ['acme/tools', HUB],
  ['docker.io/acme/tools', HUB],
  ['ghcr.io/acme/tools:2', 'ghcr.io'],
  ['localhost/x', 'localhost'],
  ['localhost:5000/x', 'localhost:5000'],
  ['registry:5000/x@sha256:00', 'registry:5000'],
])('the registry of %s is %s', (reference, server) => {
  expect(registryServer(reference)).toBe(server);
});

describe('registryLogin', () => {
  it('finds the plain login of the registry, a colon in the password included', async () => {
    await using config = await clientConfig({
      auths: { 'ghcr.io': basic('me:pass:word'), [HUB]: basic('hub:x') },
    });
    expect(await registryLogin('ghcr.io/acme/tools', config.env)).toEqual({
      username: 'me',
      password: 'pass:word',
      serveraddress: 'ghcr.io',
    });
    expect(await registryLogin('node:24', config.env)).toMatchObject({ username: 'hub' });
  });

  it('prefers an identity token, which is what stands in for a password', async () => {
    await using config = await clientConfig({
      auths: { 'acr.io': { ...basic('0:'), identitytoken: 'tok' } },
    });
    expect(await registryLogin('acr.io/x', config.env)).toEqual({
      identitytoken: 'tok',
      serveraddress: 'acr.io',
    });
  });

  it.each([
    { name: 'another registry', config: { auths: { 'ghcr.io': basic('me:x') } } },
    { name: 'a login kept by a helper', config: { auths: { 'quay.io': {} }, credsStore: 'desktop' } },
    { name: 'no logins', config: {} },
    { name: 'a broken file', config: '{' },
    { name: 'null', config: 'null' },
  ])('finds none in the config with $name', async ({ config }) => {
    await using written = await clientConfig(config);
    expect(await registryLogin('quay.io/x', written.env)).toBeUndefined();
  });

  it('finds none where there is no config', async () => {
    expect(await registryLogin('quay.io/x', { DOCKER_CONFIG: '/no/such/folder' })).toBeUndefined();
  });
});
