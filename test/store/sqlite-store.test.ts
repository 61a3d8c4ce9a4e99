import { chmodSync, mkdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { openStore } from '../../src/runtime/store/open-store.ts';
import { SqliteConnection } from '../../src/runtime/store/sqlite-connection.ts';
import { openSqliteStore } from '../../src/runtime/store/sqlite-store.ts';
import { describeStore, newSecret } from '../contract/store.contract.ts';
import { errorOf } from '../unit/runtime/app/temp-app.ts';
import { contentOf, storeFolder } from './store-folder.ts';

describeStore('SQLite', async () => {
  const folder = storeFolder();
  const store = await openStore(folder.path);
  const close = async () => {
    await store.close();
    folder[Symbol.dispose]();
  };
  return { ...store, [Symbol.asyncDispose]: close };
});

const mode = (file: string) => (statSync(file).mode & 0o777).toString(8);

describe('the store file', () => {
  it('keeps records from one opening to the next', async () => {
    using folder = storeFolder();
    for (let opening = 0; opening < 3; opening++) {
      await using store = await openStore(folder.path);
      expect(await store.secrets.list('main')).toHaveLength(opening);
      await store.secrets.put(newSecret({ name: `s${opening}` }), { replace: false });
    }
  });

  it('belongs to its owner alone, the folder and the files beside it included', async () => {
    using folder = storeFolder();
    const data = path.join(folder.path, 'share', 'dray');
    await using store = await openStore(data);
    await store.secrets.put(newSecret(), { replace: false });
    expect([mode(path.join(folder.path, 'share')), mode(data)]).toEqual(['700', '700']);
    expect(Object.keys(contentOf(data)).sort()).toEqual(['dray.db', 'dray.db-shm', 'dray.db-wal']);
    for (const name of Object.keys(contentOf(data)))
      expect(`${name} ${mode(path.join(data, name))}`).toBe(`${name} 600`);
  });

  it('is taken back from others who could read it; the rights of a folder that was there are left alone', async () => {
    using folder = storeFolder();
    chmodSync(folder.path, 0o755);
    await (await openStore(folder.path)).close();
    chmodSync(folder.file, 0o644);
    await (await openStore(folder.path)).close();
    expect([mode(folder.file), mode(folder.path)]).toEqual(['600', '755']);
  });

  it('is written ahead, and each commit waits for the disk', async () => {
    using folder = storeFolder();
    const connection = await SqliteConnection.open(folder.file);
    const pragma = (name: string) => Object.values(connection.statement(`PRAGMA ${name}`).get() ?? {})[0];
    expect({ journal: pragma('journal_mode'), synchronous: pragma('synchronous') }).toEqual({
      journal: 'wal',
      synchronous: 2, // FULL
    });
    connection.close();
  });

  it('says nothing of SQLite being new to Node', async () => {
    using folder = storeFolder();
    const warnings: Error[] = [];
    const listener = (warning: Error) => warnings.push(warning);
    process.on('warning', listener);
    await (await openStore(folder.path)).close();
    await new Promise((resolve) => setImmediate(resolve));
    process.off('warning', listener);
    expect(warnings).toEqual([]);
  });
});

describe('a store that somebody else is writing to', () => {
  it('can be read, and is waited for with a write while this process goes on', async () => {
    using folder = storeFolder();
    await using store = await openStore(folder.path);
    const other = new DatabaseSync(folder.file);
    other.exec('BEGIN IMMEDIATE');
    let put: string | undefined;
    const putting = store.secrets.put(newSecret(), { replace: false }).then((outcome) => {
      put = outcome;
    });
    for (let turn = 0; turn < 20; turn++) {
      expect(await store.secrets.list('main')).toEqual([]);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect(put).toBeUndefined();
    other.exec('COMMIT');
    await putting;
    expect(put).toBe('created');
    other.close();
  });

  it('is an error that says so where it takes too long', async () => {
    using folder = storeFolder();
    await using store = await openSqliteStore(folder.file, { busyLimitMs: 0 });
    const other = new DatabaseSync(folder.file);
    other.exec('BEGIN IMMEDIATE');
    const error = await errorOf(store.secrets.put(newSecret(), { replace: false }));
    expect(error).toMatchObject({ code: 'STORE_BUSY', exitCode: 3 });
    other.exec('ROLLBACK');
    other.close();
    expect(await store.secrets.put(newSecret(), { replace: false })).toBe('created');
  });
});

describe('a place that can hold no store', () => {
  it('is an error that names the place', async () => {
    using folder = storeFolder();
    mkdirSync(folder.file);
    expect(await errorOf(openStore(folder.path))).toMatchObject({
      code: 'STORE_UNREADABLE',
      message: expect.stringContaining(folder.file),
    });
    const inFile = path.join(process.execPath, 'dray');
    expect(await errorOf(openStore(inFile))).toMatchObject({ code: 'STORE_UNREADABLE' });
  });
});
