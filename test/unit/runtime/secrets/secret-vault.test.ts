import { randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readKeyFile } from '../../../../src/runtime/secrets/key-file.ts';
import { secretKeys } from '../../../../src/runtime/secrets/secret-keys.ts';
import { SecretVault } from '../../../../src/runtime/secrets/secret-vault.ts';
import { createMemoryStore } from '../../../../src/runtime/store/memory-store.ts';
import { errorOf, tempFolder } from '../app/temp-app.ts';

const MAIN = { environment: 'main', name: 's3' };

/** A vault on a store in memory, with a key file in a folder of its own. */
function setUp() {
  const folder = tempFolder({});
  const store = createMemoryStore();
  const withEnv = (env: Record<string, string>) => new SecretVault(store, secretKeys(folder.path, env));
  return {
    folder,
    store,
    withEnv,
    vault: withEnv({}),
    keyFile: folder.file('secret.key'),
    [Symbol.dispose]: folder[Symbol.dispose],
  };
}

describe('a secret', () => {
  it('is stored once, and replaced when asked to', async () => {
    using set = setUp();
    const { vault } = set;
    expect(await vault.create(MAIN, { TOKEN: 'one' })).toBe(false);
    const error = await errorOf(vault.create(MAIN, { TOKEN: 'two' }));
    expect(error).toMatchObject({ code: 'SECRET_EXISTS', exitCode: 4 });
    expect((await vault.open(MAIN)).values).toEqual({ TOKEN: 'one' });
    expect(await vault.create(MAIN, { OTHER: 'two' }, { replace: true })).toBe(true);
    expect((await vault.open(MAIN)).values).toEqual({ OTHER: 'two' });
  });

  it('is listed by its names and times alone', async () => {
    using set = setUp();
    await set.vault.create(MAIN, { TOKEN: 'marker-value', ID: 'x' });
    const list = await set.vault.list('main');
    expect(list).toMatchObject([{ name: 's3', keys: ['TOKEN', 'ID'], lastUsedAt: undefined }]);
    expect(JSON.stringify(list)).not.toContain('marker');
  });

  it('is not opened again while it is the same, and is once it changed', async () => {
    using set = setUp();
    const { vault } = set;
    await vault.create(MAIN, { TOKEN: 'one' });
    const opened = await vault.open(MAIN);
    expect(await vault.open(MAIN, opened)).toBe(opened);
    await vault.delete(MAIN);
    await vault.create(MAIN, { TOKEN: 'two' });
    expect((await vault.open(MAIN, opened)).values).toEqual({ TOKEN: 'two' });
  });

  it('that is not there is an error with the nearest name and what to type', async () => {
    using set = setUp();
    await set.vault.create({ ...MAIN, name: 'stripe' }, { TOKEN: 'x' });
    const error = await errorOf(set.vault.open({ ...MAIN, name: 'strpie' }));
    expect(error).toMatchObject({ code: 'SECRET_NOT_FOUND', exitCode: 4 });
    expect(error.suggestions).toContain('did you mean stripe?');
    expect(error.suggestions).toContain('create it: dray secret create strpie KEY=-');
  });

  it('needs an environment that is there', async () => {
    using set = setUp();
    const { vault, store } = set;
    await store.environments.create({ name: 'staging', createdAt: 1 });
    const place = { environment: 'stagign', name: 's3' };
    for (const doing of [
      vault.create(place, { A: 'x' }),
      vault.open(place),
      vault.list('stagign'),
      vault.delete(place),
    ]) {
      const error = await errorOf(doing);
      expect(error.code).toBe('ENVIRONMENT_NOT_FOUND');
      expect(error.suggestions[0]).toBe('did you mean staging?');
    }
  });

  it.each(['', 'a b', 'ü', 'x'.repeat(65), '../up'])('cannot be named %j', async (name) => {
    using set = setUp();
    expect((await errorOf(set.vault.create({ ...MAIN, name }, { A: 'x' }))).code).toBe('BAD_NAME');
  });

  it('that was changed in the store is an error, and none of it is used', async () => {
    using set = setUp();
    const { vault, store } = set;
    await vault.create(MAIN, { TOKEN: 'one' });
    await vault.create({ ...MAIN, name: 'other' }, { TOKEN: 'two' });
    const other = await store.secrets.get('main', 'other');
    await store.secrets.rekey(({ records }) => records.map(() => other?.sealed as never));
    expect(await errorOf(vault.open(MAIN))).toMatchObject({ code: 'SECRET_TAMPERED', exitCode: 3 });
    expect((await vault.open({ ...MAIN, name: 'other' })).values).toEqual({ TOKEN: 'two' });
  });
});

describe('the key', () => {
  it('is made with the first secret, not before', async () => {
    using set = setUp();
    await set.vault.list('main');
    expect(readdirSync(set.folder.path)).toEqual([]);
    await set.vault.create(MAIN, { TOKEN: 'one' });
    expect(readKeyFile(set.keyFile)).toHaveLength(1);
  });

  it('of DRAY_SECRET_KEY is used in place of a file', async () => {
    using set = setUp();
    const vault = set.withEnv({ DRAY_SECRET_KEY: randomBytes(32).toString('base64') });
    await vault.create(MAIN, { TOKEN: 'one' });
    expect((await vault.open(MAIN)).values).toEqual({ TOKEN: 'one' });
    expect(readdirSync(set.folder.path)).toEqual([]);
  });

  it('that is another one opens nothing, adds nothing and is named', async () => {
    using set = setUp();
    await set.vault.create(MAIN, { TOKEN: 'one' });
    const other = set.withEnv({ DRAY_SECRET_KEY: randomBytes(32).toString('base64') });
    for (const doing of [other.open(MAIN), other.create({ ...MAIN, name: 'new' }, { A: 'x' })]) {
      const error = await errorOf(doing);
      expect(error).toMatchObject({ code: 'SECRET_KEY_WRONG', exitCode: 3 });
      expect(error.message).toContain('DRAY_SECRET_KEY');
    }
    expect(await set.vault.list('main')).toHaveLength(1);
  });

  it('that is lost is an error, and no new one is made', async () => {
    using set = setUp();
    await set.vault.create(MAIN, { TOKEN: 'one' });
    secretKeys(set.folder.path, {}).keep([]);
    for (const doing of [
      set.vault.open(MAIN),
      set.vault.create({ ...MAIN, name: 'b' }, { A: 'x' }),
      set.vault.rotateKey(),
    ]) {
      expect((await errorOf(doing)).code).toBe('SECRET_KEY_LOST');
    }
    expect(readdirSync(set.folder.path)).toEqual([]);
  });
});

describe('a change of the key', () => {
  it('keeps every secret of every environment, and forgets the old key', async () => {
    using set = setUp();
    const { vault, store, keyFile } = set;
    await store.environments.create({ name: 'staging', createdAt: 1 });
    await vault.create(MAIN, { TOKEN: 'one' });
    await vault.create({ ...MAIN, environment: 'staging' }, { TOKEN: 'two' });
    const [old] = readKeyFile(keyFile);
    expect(await vault.rotateKey()).toBe(2);
    expect(readKeyFile(keyFile)).toHaveLength(1);
    expect(readKeyFile(keyFile)[0]).not.toEqual(old);
    expect((await vault.open(MAIN)).values).toEqual({ TOKEN: 'one' });
    expect((await vault.open({ ...MAIN, environment: 'staging' })).values).toEqual({ TOKEN: 'two' });
  });

  it('works without any secret, and with a file that a killed change left', async () => {
    using set = setUp();
    const { vault, folder, keyFile } = set;
    expect(await vault.rotateKey()).toBe(0);
    await vault.create(MAIN, { TOKEN: 'one' });
    const keys = secretKeys(folder.path, {});
    const [current] = readKeyFile(keyFile);
    // Killed before the store changed over: the new key is kept, and seals nothing yet.
    keys.keep([randomBytes(32), current as Uint8Array]);
    expect((await vault.open(MAIN)).values).toEqual({ TOKEN: 'one' });
    await vault.create({ ...MAIN, name: 'b' }, { TOKEN: 'two' });
    expect(await vault.rotateKey()).toBe(2);
    expect(readKeyFile(keyFile)).toHaveLength(1);
    expect((await vault.open({ ...MAIN, name: 'b' })).values).toEqual({ TOKEN: 'two' });
  });

  it('changes nothing where one secret does not open', async () => {
    using set = setUp();
    const { vault, store } = set;
    await vault.create(MAIN, { TOKEN: 'one' });
    await vault.create({ ...MAIN, name: 'b' }, { TOKEN: 'two' });
    await store.secrets.rekey(({ records }) =>
      records.map(({ sealed }, index) =>
        index === 1 ? { ...sealed, ciphertext: new Uint8Array(40) } : sealed,
      ),
    );
    expect((await errorOf(vault.rotateKey())).code).toBe('SECRET_TAMPERED');
    expect((await vault.open({ ...MAIN, name: 'b' })).values).toEqual({ TOKEN: 'two' });
  });

  it('to one that is given leads out of the file, and from there to another', async () => {
    using set = setUp();
    const { vault, withEnv, folder } = set;
    await vault.create(MAIN, { TOKEN: 'one' });
    const [first, second] = [randomBytes(32), randomBytes(32)];
    expect(await vault.rotateKey(first)).toBe(1);
    expect(readdirSync(folder.path)).toEqual([]);
    const outside = withEnv({ DRAY_SECRET_KEY: first.toString('hex') });
    expect((await errorOf(outside.rotateKey())).code).toBe('SECRET_KEY_NOT_GIVEN');
    expect(await outside.rotateKey(second)).toBe(1);
    expect((await errorOf(outside.open(MAIN))).code).toBe('SECRET_KEY_WRONG');
    const last = withEnv({ DRAY_SECRET_KEY: second.toString('hex') });
    expect((await last.open(MAIN)).values).toEqual({ TOKEN: 'one' });
  });

  it('by others meanwhile is no error of who opens, creates or changes', async () => {
    using set = setUp();
    const { vault, withEnv } = set;
    await vault.create(MAIN, { TOKEN: 'one' });
    const all = Array.from({ length: 40 }, async (_, i) => {
      const own = withEnv({});
      if (i % 4 === 0) await own.rotateKey();
      else if (i % 4 === 1) await own.create({ ...MAIN, name: `n${i}` }, { TOKEN: `${i}` });
      else expect((await own.open(MAIN)).values).toEqual({ TOKEN: 'one' });
    });
    await Promise.all(all);
    expect((await vault.open({ ...MAIN, name: 'n1' })).values).toEqual({ TOKEN: '1' });
    expect(readKeyFile(set.keyFile)).toHaveLength(1);
  });
});
