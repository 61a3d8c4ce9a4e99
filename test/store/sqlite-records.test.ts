import { describe, expect, it } from 'vitest';
import { openStore } from '../../src/runtime/store/open-store.ts';
import { describeCallRecords, newCall } from '../contract/call-records.contract.ts';
import { describeDeploymentRecords } from '../contract/deployment-records.contract.ts';
import { describeScheduleRecords } from '../contract/schedule-records.contract.ts';
import { newSecret } from '../contract/store.contract.ts';
import { openedStore } from './opened-store.ts';
import { runSql, storeFolder } from './store-folder.ts';

describeDeploymentRecords('SQLite', openedStore);
describeCallRecords('SQLite', openedStore);
describeScheduleRecords('SQLite', openedStore);

describe('a store from before there were deployments and calls', () => {
  it('gets their tables, and keeps what it holds', async () => {
    using folder = storeFolder();
    await using before = await openStore(folder.path);
    await before.secrets.put(newSecret(), { replace: false });
    await before.close();
    const tables = ['apps', 'deployments', 'schedules', 'call_targets', 'calls'];
    const drops = tables.map((table) => `DROP TABLE ${table};`).join('');
    runSql(folder.file, `${drops} PRAGMA user_version = 2`);
    await using store = await openStore(folder.path);
    expect(await store.calls.accept(newCall())).toEqual({ id: 'fc-1', isNew: true });
    expect(await store.secrets.list('main')).toHaveLength(1);
  });
});

describe('an environment that another process deleted', () => {
  it('can be made again, and takes calls of a process that knew it before', async () => {
    using folder = storeFolder();
    await using store = await openStore(folder.path);
    await using other = await openStore(folder.path);
    await store.environments.create({ name: 'dev', createdAt: 1 });
    await store.calls.accept(newCall({ environment: 'dev' }));
    await other.environments.delete('dev', { withRecords: true });
    await store.environments.create({ name: 'dev', createdAt: 2 });
    expect(await store.calls.accept(newCall({ id: 'fc-2', environment: 'dev' }))).toMatchObject({
      isNew: true,
    });
    expect(await other.calls.backlog('dev', 'shop', 'resize')).toBe(1);
  });
});
