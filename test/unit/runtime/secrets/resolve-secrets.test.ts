import { describe, expect, it } from 'vitest';
import type { AppManifest, FunctionManifest, SecretReference } from '../../../../src/protocol/manifest.ts';
import { resolveSecrets } from '../../../../src/runtime/secrets/resolve-secrets.ts';
import { secretKeys } from '../../../../src/runtime/secrets/secret-keys.ts';
import { SecretVault } from '../../../../src/runtime/secrets/secret-vault.ts';
import { createMemoryStore } from '../../../../src/runtime/store/memory-store.ts';
import { appManifest } from '../../../helpers/manifests.ts';
import { errorOf, tempFolder } from '../app/temp-app.ts';

const named = (name: string, ...requiredKeys: string[]): SecretReference => ({
  kind: 'name',
  name,
  requiredKeys,
});
const local = (id: string): SecretReference => ({ kind: 'local', id });

/** A vault with a few secrets, and how an app is resolved against it. */
async function setUp() {
  const folder = tempFolder({});
  const store = createMemoryStore();
  const vault = new SecretVault(store, secretKeys(folder.path, {}));
  const put = (name: string, values: object) =>
    vault.create({ environment: 'main', name }, values, { replace: true });
  await put('a', { TOKEN: 'of a', A: '1' });
  await put('b', { TOKEN: 'of b', B: '2' });
  let open = 0;
  const openVault = async () => {
    open++;
    return { vault, [Symbol.asyncDispose]: async () => void open-- };
  };
  const localSecrets = new Map([['local-1', { TOKEN: 'of local', L: '3' }]]);
  return {
    ...{ vault, store, put },
    open: () => open,
    resolve: (manifest: AppManifest) =>
      resolveSecrets(
        { manifest, environment: 'main', localSecrets, bundleFor: () => ({}) as never },
        openVault,
      ),
    [Symbol.dispose]: folder[Symbol.dispose],
  };
}

const only = (manifest: AppManifest) => manifest.functions[0] as FunctionManifest;

describe('the secrets of an app', () => {
  it('win over those before them, and env wins over all', async () => {
    using set = await setUp();
    const secrets = [named('a'), local('local-1'), named('b')];
    const manifest = appManifest({ secrets, env: { B: 'of env' } });
    await using resolved = await set.resolve(manifest);
    expect(await resolved.envFor(only(manifest))).toEqual({ TOKEN: 'of b', A: '1', L: '3' });
  });

  it('open no store where none is stored', async () => {
    using set = await setUp();
    const manifest = appManifest({ secrets: [local('local-1')] }, { name: 'g' });
    await using resolved = await set.resolve(manifest);
    expect(set.open()).toBe(0);
    expect(await resolved.envFor(only(manifest))).toEqual({ TOKEN: 'of local', L: '3' });
  });

  it('are all looked for before anything starts, and the store is let go where one is missing', async () => {
    using set = await setUp();
    const error = await errorOf(
      set.resolve(appManifest({ secrets: [named('a')] }, { name: 'g', secrets: [named('c')] })),
    );
    expect(error.code).toBe('SECRET_NOT_FOUND');
    expect(set.open()).toBe(0);
  });

  it('are an error where one lacks a key that is required, with what it has', async () => {
    using set = await setUp();
    const error = await errorOf(set.resolve(appManifest({ secrets: [named('a', 'A', 'TOKN', 'X')] })));
    expect(error).toMatchObject({
      code: 'SECRET_LACKS_KEYS',
      message: 'the secret a has no TOKN, no X; it has TOKEN, A',
    });
    expect(error.suggestions).toEqual([
      'did you mean TOKEN?',
      'give it all its keys anew: dray secret create a --force TOKN=- X=- …',
    ]);
    expect(JSON.stringify(error)).not.toContain('of a');
  });

  it('reach the next container when they change, and stop it when they are gone', async () => {
    using set = await setUp();
    const manifest = appManifest({ secrets: [named('a')] });
    await using resolved = await set.resolve(manifest);
    expect(await resolved.envFor(only(manifest))).toMatchObject({ TOKEN: 'of a' });
    await set.put('a', { TOKEN: 'new' });
    expect(await resolved.envFor(only(manifest))).toEqual({ TOKEN: 'new' });
    await set.vault.delete({ environment: 'main', name: 'a' });
    expect((await errorOf(resolved.envFor(only(manifest)))).code).toBe('SECRET_NOT_FOUND');
  });

  it('are noted as used when a container gets them, not when they are looked for', async () => {
    using set = await setUp();
    const manifest = appManifest({ secrets: [named('a')] });
    await using resolved = await set.resolve(manifest);
    const used = async () => (await set.vault.list('main')).map(({ lastUsedAt }) => typeof lastUsedAt);
    expect(await used()).toEqual(['undefined', 'undefined']);
    await resolved.envFor(only(manifest));
    expect(await used()).toEqual(['number', 'undefined']);
  });
});
