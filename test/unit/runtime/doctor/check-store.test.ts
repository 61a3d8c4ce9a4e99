import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { checkStore } from '../../../../src/runtime/doctor/check-store.ts';
import { runChecks } from '../../../../src/runtime/doctor/examine.ts';
import { openStore, storeFile } from '../../../../src/runtime/store/open-store.ts';
import { tempFolder } from '../../../helpers/temp-folder.ts';

/** As `dray doctor` runs it: an error is a finding. */
const checked = (folder: string) => runChecks({ store: () => checkStore({ DRAY_DATA_DIR: folder }) });

describe('checkStore', () => {
  it('tells version, size and what is in it', async () => {
    await using folder = await tempFolder();
    const store = await openStore(folder.path);
    await store.environments.create({ name: 'staging', createdAt: 1 });
    await store.close();
    expect(await checked(folder.path)).toEqual([
      {
        check: 'store',
        level: 'ok',
        message: expect.stringMatching(
          new RegExp(`^${storeFile(folder.path)}: version \\d+, \\d+ KiB, 2 environments$`),
        ),
      },
    ]);
  });

  it('makes none where there is none', async () => {
    await using folder = await tempFolder();
    expect(await checked(folder.file('not/yet'))).toEqual([expect.objectContaining({ level: 'ok' })]);
    expect(await readdir(folder.path)).toEqual([]);
  });

  it('has a problem where none can be made', async () => {
    await using folder = await tempFolder({ file: '' });
    expect(await checked(folder.file('file/data'))).toEqual([
      {
        check: 'store',
        level: 'problem',
        message: expect.stringContaining(`${folder.file('file')} is no folder`),
        advice: 'set DRAY_DATA_DIR to another folder',
      },
    ]);
  });

  it('has a problem with a damaged one, and leaves it as it is', async () => {
    await using folder = await tempFolder();
    await mkdir(folder.path, { recursive: true });
    const damaged = 'this is no database '.repeat(500);
    await writeFile(storeFile(folder.path), damaged, { mode: 0o600 });
    const [finding] = await checked(folder.path);
    expect(finding).toMatchObject({ level: 'problem', message: expect.stringContaining('damaged') });
    expect(finding?.advice).toBeDefined();
    expect(await readFile(storeFile(folder.path), 'utf8')).toBe(damaged);
  });
});
