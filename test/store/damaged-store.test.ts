import { openSync, readFileSync, truncateSync, writeFileSync, writeSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { openStore } from '../../src/runtime/store/open-store.ts';
import { newSecret } from '../contract/store.contract.ts';
import { errorOf } from '../unit/runtime/app/temp-app.ts';
import { contentOf, runSql, type StoreFolder, storeFolder } from './store-folder.ts';

/** A store with some hundred secrets, closed. */
async function filledStore(): Promise<StoreFolder> {
  const folder = storeFolder();
  await using store = await openStore(folder.path);
  const names = Array.from({ length: 300 }, (_, i) => `secret-${i}`);
  await Promise.all(names.map((name) => store.secrets.put(newSecret({ name }), { replace: false })));
  return folder;
}

async function refused(folder: StoreFolder): Promise<string> {
  const before = contentOf(folder.path);
  const error = await errorOf(openStore(folder.path));
  expect(error.exitCode).toBe(3);
  expect(error.message).toContain(folder.file);
  expect(contentOf(folder.path)).toEqual(before);
  return error.code;
}

describe('a store of a later version', () => {
  it('is refused with both versions, and left as it is', async () => {
    using folder = await filledStore();
    runSql(folder.file, 'PRAGMA user_version = 99');
    expect(await refused(folder)).toBe('STORE_TOO_NEW');
    expect((await errorOf(openStore(folder.path))).message).toMatch(/version 99;.* up to \d+$/);
  });
});

describe('a file that is no store', () => {
  it('is refused and left as it is where it is no database', async () => {
    using folder = storeFolder();
    writeFileSync(folder.file, 'dear diary, '.repeat(1000));
    expect(await refused(folder)).toBe('STORE_CORRUPT');
  });

  it('is refused and left as it is where it is a database of another program', async () => {
    using folder = storeFolder();
    runSql(folder.file, 'CREATE TABLE notes (text); PRAGMA user_version = 1');
    expect(await refused(folder)).toBe('STORE_CORRUPT');
    runSql(folder.file, 'PRAGMA user_version = 0');
    expect(await refused(folder)).toBe('STORE_CORRUPT');
  });
});

describe('a damaged store', () => {
  it('is refused where its beginning is damaged', async () => {
    using folder = await filledStore();
    writeSync(openSync(folder.file, 'r+'), Buffer.alloc(100, 0xaa), 0, 100, 0);
    expect(await refused(folder)).toBe('STORE_CORRUPT');
  });

  it.each([
    [
      'overwritten inside',
      (file: string) => {
        const { length } = readFileSync(file);
        writeSync(openSync(file, 'r+'), Buffer.alloc(length - 4096, 0xaa), 0, length - 4096, 4096);
      },
    ],
    ['cut short', (file: string) => truncateSync(file, 8192)],
  ])('is an error of whoever reads it or writes to it where it is %s', async (_, damage) => {
    using folder = await filledStore();
    damage(folder.file);
    const before = readFileSync(folder.file);
    const using_ = async (use: (store: Awaited<ReturnType<typeof openStore>>) => Promise<unknown>) => {
      await using store = await openStore(folder.path);
      await use(store);
    };
    const errors = [
      await errorOf(using_((store) => store.secrets.list('main'))),
      await errorOf(using_((store) => store.secrets.put(newSecret(), { replace: true }))),
    ];
    expect(errors.map(({ code }) => code)).toEqual(['STORE_CORRUPT', 'STORE_CORRUPT']);
    expect(readFileSync(folder.file).equals(before)).toBe(true);
  });
});
