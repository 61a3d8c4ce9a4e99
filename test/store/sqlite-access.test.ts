import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { migrationFrom, SCHEMA_VERSION } from '../../src/runtime/store/migrations.ts';
import { openStore } from '../../src/runtime/store/open-store.ts';
import { describeAccessRecords } from '../contract/access-records.contract.ts';
import { newSecret } from '../contract/store.contract.ts';
import { runSql, storeFolder } from './store-folder.ts';

describeAccessRecords('SQLite', async () => {
  const folder = storeFolder();
  const store = await openStore(folder.path);
  const close = async () => {
    await store.close();
    folder[Symbol.dispose]();
  };
  return { ...store, [Symbol.asyncDispose]: close };
});

describe('a store from before there was access', () => {
  it('gets its tables, and keeps what it holds', async () => {
    using folder = storeFolder();
    await using before = await openStore(folder.path);
    await before.secrets.put(newSecret(), { replace: false });
    await before.close();
    const later = [
      'tokens',
      'sessions',
      'admin_code',
      'apps',
      'deployments',
      'schedules',
      'call_targets',
      'calls',
    ];
    const drops = later.map((table) => `DROP TABLE ${table};`).join('');
    runSql(folder.file, `${drops} PRAGMA user_version = 1`);
    await using store = await openStore(folder.path);
    expect(await store.access.putAdminCode(new Uint8Array(32), 5, { onlyFirst: true })).toBe(true);
    expect(await store.secrets.list('main')).toHaveLength(1);
  });

  it('is a version behind', () => {
    expect(SCHEMA_VERSION).toBeGreaterThan(1);
    const database = new DatabaseSync(':memory:');
    expect(() => database.exec(migrationFrom(0))).not.toThrow();
    expect(() => database.exec(migrationFrom(1))).toThrow(/already exists/);
  });
});
