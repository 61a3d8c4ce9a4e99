import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  loginOfSecret,
  registryLogin,
  registryServer,
} from '../../../../src/runtime/images/registry-auth.ts';

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
      login: { username: 'me', password: 'pass:word', serveraddress: 'ghcr.io' },
    });
    expect(await registryLogin('node:24', config.env)).toMatchObject({ login: { username: 'hub' } });
  });

  it('prefers an identity token, which is what stands in for a password', async () => {
    await using config = await clientConfig({
      auths: { 'acr.io': { ...basic('0:'), identitytoken: 'tok' } },
    });
    expect(await registryLogin('acr.io/x', config.env)).toEqual({
      login: { identitytoken: 'tok', serveraddress: 'acr.io' },
    });
  });

  it.each([
    { name: 'another registry', config: { auths: { 'ghcr.io': basic('me:x') } } },
    { name: 'no logins', config: {} },
    { name: 'a broken file', config: '{' },
    { name: 'null', config: 'null' },
  ])('finds none in the config with $name', async ({ config }) => {
    await using written = await clientConfig(config);
    expect(await registryLogin('quay.io/x', written.env)).toEqual({});
  });

  it('finds none where there is no config', async () => {
    expect(await registryLogin('quay.io/x', { DOCKER_CONFIG: '/no/such/folder' })).toEqual({});
  });

  describe('with a credential helper', () => {
    /** A helper that answers as the script says, on a PATH of its own, beside the config that names it. */
    async function withHelper(config: unknown, script: string) {
      const written = await clientConfig(config);
      const folder = written.env.DOCKER_CONFIG;
      const file = path.join(folder, 'docker-credential-test');
      await writeFile(file, `#!/bin/sh\nread -r server; echo "$1 $server" >> ${folder}/asked\n${script}\n`);
      await chmod(file, 0o755);
      return {
        env: { ...written.env, PATH: `${folder}:${process.env.PATH}` },
        asked: () => readFile(path.join(folder, 'asked'), 'utf8'),
        [Symbol.asyncDispose]: written[Symbol.asyncDispose],
      };
    }
    const answer = (username: string) =>
      `echo '{"ServerURL":"quay.io","Username":"${username}","Secret":"s3cret"}'`;

    it('asks that of the registry, before the one of all', async () => {
      const config = { credHelpers: { 'quay.io': 'test' }, credsStore: 'none' };
      await using helper = await withHelper(config, answer('me'));
      expect(await registryLogin('quay.io/x', helper.env)).toEqual({
        login: { username: 'me', password: 's3cret', serveraddress: 'quay.io' },
      });
      expect(await helper.asked()).toBe('get quay.io\n');
    });

    it('asks the one of all for Docker Hub by its old address, and takes a token as one', async () => {
      await using helper = await withHelper({ credsStore: 'test' }, answer('<token>'));
      expect(await registryLogin('node:24', helper.env)).toEqual({
        login: { identitytoken: 's3cret', serveraddress: HUB },
      });
      expect(await helper.asked()).toBe(`get ${HUB}\n`);
    });

    it.each([
      {
        name: 'has none for the registry',
        script: 'echo credentials not found in native keychain; exit 1',
        trouble: undefined,
      },
      {
        name: 'fails',
        script: 'echo the keychain is locked; exit 1',
        trouble: 'docker-credential-test failed (1): the keychain is locked',
      },
      {
        name: 'answers nonsense',
        script: 'echo s3cret',
        trouble: 'docker-credential-test answered something that is no login',
      },
    ])('goes on without a login where it $name', async ({ script, trouble }) => {
      await using helper = await withHelper({ credsStore: 'test' }, script);
      expect(await registryLogin('quay.io/x', helper.env)).toEqual(trouble === undefined ? {} : { trouble });
    });

    it('goes on with the plain login where the helper is not there', async () => {
      await using config = await clientConfig({ credsStore: 'gone', auths: { 'ghcr.io': basic('me:x') } });
      expect(await registryLogin('ghcr.io/x', config.env)).toMatchObject({ login: { username: 'me' } });
      expect(await registryLogin('quay.io/x', config.env)).toEqual({
        trouble: 'docker-credential-gone is not on the PATH',
      });
    });
  });
});

describe('loginOfSecret', () => {
  it('is the two variables of the secret', () => {
    expect(
      loginOfSecret('ghcr.io/x', { REGISTRY_USERNAME: 'me', REGISTRY_PASSWORD: 'x', OTHER: '1' }),
    ).toEqual({
      username: 'me',
      password: 'x',
      serveraddress: 'ghcr.io',
    });
  });

  it('names what the secret lacks', () => {
    expect(() => loginOfSecret('ghcr.io/x', { REGISTRY_USERNAME: 'me' })).toThrow(
      'the secret of fromRegistry("ghcr.io/x") has no REGISTRY_PASSWORD',
    );
  });
});
