import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseKey, readKeyFile, writeKeyFile } from '../../../../src/runtime/secrets/key-file.ts';
import { keyId } from '../../../../src/runtime/secrets/seal.ts';
import { secretKeys } from '../../../../src/runtime/secrets/secret-keys.ts';
import { errorOf, tempFolder } from '../app/temp-app.ts';

const [first, second] = [randomBytes(32), randomBytes(32)];

describe('the key file', () => {
  it('gives back the keys it was given, the newest first, and is its owner’s alone', () => {
    using folder = tempFolder({});
    const file = folder.file('secret.key');
    expect(readKeyFile(file)).toEqual([]);
    writeKeyFile(file, [first]);
    writeKeyFile(file, [second, first]);
    expect(readKeyFile(file)).toEqual([second, first]);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder.path)).toEqual(['secret.key']);
    writeKeyFile(file, []);
    expect(readdirSync(folder.path)).toEqual([]);
  });

  it('is written over a draft that a killed process left, whatever its rights', () => {
    using folder = tempFolder({ 'secret.key.new': 'half' });
    const file = folder.file('secret.key');
    chmodSync(`${file}.new`, 0o666);
    writeKeyFile(file, [first]);
    expect(readKeyFile(file)).toEqual([first]);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('is refused where others may read it', async () => {
    using folder = tempFolder({});
    const file = folder.file('secret.key');
    writeKeyFile(file, [first]);
    chmodSync(file, 0o640);
    expect(await errorOf(() => readKeyFile(file))).toMatchObject({
      code: 'SECRET_KEY_EXPOSED',
      message: expect.stringContaining('0640'),
    });
  });

  it.each([
    ['nonsense', 'hello'],
    ['a short key', 'AAAA'],
    ['half a key beside a whole one', `${first.toString('base64')}\nAAA`],
  ])('is refused where it holds %s, and not quoted', async (_, text) => {
    using folder = tempFolder({ 'secret.key': text });
    chmodSync(folder.file('secret.key'), 0o600);
    const error = await errorOf(() => readKeyFile(folder.file('secret.key')));
    expect(error.code).toBe('SECRET_KEY_INVALID');
    expect(error.message).not.toContain(text);
  });

  it('is an error where it cannot be read or written', async () => {
    using folder = tempFolder({});
    mkdirSync(folder.file('secret.key'), { mode: 0o700 });
    expect((await errorOf(() => readKeyFile(folder.file('secret.key')))).code).toBe('SECRET_KEY_UNREADABLE');
    const nowhere = folder.file('no/secret.key');
    expect((await errorOf(() => writeKeyFile(nowhere, [first]))).code).toBe('SECRET_KEY_UNREADABLE');
  });
});

describe('parseKey', () => {
  it('reads base64, its form for URLs, and hex', () => {
    const key = Buffer.from('fb'.repeat(32), 'hex');
    for (const form of ['base64', 'base64url', 'hex'] as const) {
      expect(parseKey(` ${key.toString(form)}\n`, 'test')).toEqual(key);
    }
    expect(parseKey(key.toString('hex').toUpperCase(), 'test')).toEqual(key);
  });

  it('refuses another length', async () => {
    for (const bytes of [16, 31, 33]) {
      const text = randomBytes(bytes).toString('base64');
      expect((await errorOf(() => parseKey(text, 'DRAY_SECRET_KEY'))).message).toContain('DRAY_SECRET_KEY');
    }
  });
});

describe('secretKeys', () => {
  it('takes the key of DRAY_SECRET_KEY and leaves the file alone', () => {
    using folder = tempFolder({});
    writeKeyFile(folder.file('secret.key'), [first]);
    const keys = secretKeys(folder.path, { DRAY_SECRET_KEY: second.toString('hex') });
    expect(keys).toMatchObject({ source: 'DRAY_SECRET_KEY', kept: false });
    expect(keys.current()).toEqual(second);
    expect(keys.find(keyId(first))).toBeUndefined();
  });

  it('takes the key of the file otherwise, an empty variable included, and sees it change', () => {
    using folder = tempFolder({});
    const keys = secretKeys(folder.path, { DRAY_SECRET_KEY: '' });
    expect([keys.kept, keys.current()]).toEqual([true, undefined]);
    keys.keep([second, first]);
    expect(keys.current()).toEqual(second);
    expect(keys.find(keyId(first))).toEqual(first);
    writeFileSync(
      folder.file('secret.key'),
      readFileSync(folder.file('secret.key'), 'utf8').split('\n')[1] ?? '',
    );
    expect(keys.current()).toEqual(first);
  });
});
