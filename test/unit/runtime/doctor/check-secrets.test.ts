import { chmod, readdir, rm } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { checkSecrets } from '../../../../src/runtime/doctor/check-secrets.ts';
import { runChecks } from '../../../../src/runtime/doctor/examine.ts';
import { KEY_FILE } from '../../../../src/runtime/secrets/key-file.ts';
import { openVault } from '../../../../src/runtime/secrets/open-vault.ts';
import { type TempFolder, tempFolder } from '../../../helpers/temp-folder.ts';

/** As `dray doctor` runs it: an error is a finding. */
async function checked({ path }: TempFolder, env: Record<string, string> = {}) {
  const findings = await runChecks({ secrets: () => checkSecrets({ DRAY_DATA_DIR: path, ...env }) });
  return findings[0];
}

/** A data folder with a secret in it. */
async function withSecret(): Promise<TempFolder> {
  const folder = await tempFolder();
  await using opened = await openVault({ DRAY_DATA_DIR: folder.path });
  await opened.vault.create({ environment: 'main', name: 's3' }, { KEY: 'value' });
  return folder;
}

describe('checkSecrets', () => {
  it('is content where there are none, and makes nothing', async () => {
    await using folder = await tempFolder();
    expect(await checked(folder)).toEqual({ check: 'secrets', level: 'ok', message: 'there are none yet' });
    expect(await readdir(folder.path)).toEqual([]);
  });

  it('says which key opens them', async () => {
    await using folder = await withSecret();
    expect(await checked(folder)).toEqual({
      check: 'secrets',
      level: 'ok',
      message: `they open with the key of ${folder.file(KEY_FILE)}`,
    });
  });

  it('has a problem where the key is lost', async () => {
    await using folder = await withSecret();
    await rm(folder.file(KEY_FILE));
    expect(await checked(folder)).toMatchObject({
      level: 'problem',
      message: expect.stringContaining('not there'),
    });
  });

  it('has a problem with another key', async () => {
    await using folder = await withSecret();
    const DRAY_SECRET_KEY = Buffer.alloc(32, 7).toString('base64');
    expect(await checked(folder, { DRAY_SECRET_KEY })).toMatchObject({
      level: 'problem',
      message: expect.stringContaining('another key than that of DRAY_SECRET_KEY'),
    });
  });

  it('has a problem with a key that others may read', async () => {
    await using folder = await withSecret();
    await chmod(folder.file(KEY_FILE), 0o644);
    expect(await checked(folder)).toMatchObject({
      level: 'problem',
      message: expect.stringContaining('mode 0644'),
      advice: expect.stringContaining('chmod 600'),
    });
  });

  it('has a problem with a variable that holds no key, and does not show it', async () => {
    await using folder = await tempFolder();
    const finding = await checked(folder, { DRAY_SECRET_KEY: 'hunter2' });
    expect(finding).toMatchObject({ level: 'problem', message: expect.stringContaining('DRAY_SECRET_KEY') });
    expect(JSON.stringify(finding)).not.toContain('hunter2');
  });
});
