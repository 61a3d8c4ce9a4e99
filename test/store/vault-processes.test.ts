import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { openVault } from '../../src/runtime/secrets/open-vault.ts';
import { type StoreFolder, storeFolder } from './store-folder.ts';
import { startVaultProcess } from './vault-process.ts';

const KILLS = 40;
const SECRETS = 20;
/** A moment while the key is changed, at the latest this long after the vault was open. */
const ROTATING_MS = 30;

const keysOf = ({ path: folder }: StoreFolder) =>
  readFileSync(path.join(folder, 'secret.key'), 'utf8').trim().split('\n');

describe('processes that change the key and are killed with -9', () => {
  it(`leave every secret to be opened, at ${KILLS} random moments, two processes at a time`, async () => {
    using folder = storeFolder();
    const env = { DRAY_DATA_DIR: folder.path };
    const names = Array.from({ length: SECRETS }, (_, i) => `s${i}`);
    {
      await using opened = await openVault(env);
      for (const name of names) await opened.vault.create({ environment: 'main', name }, { NAME: name });
    }
    let changes = 0;
    const keys = new Set(keysOf(folder));
    for (let kill = 0; kill < KILLS; kill += 2) {
      const processes = [startVaultProcess(folder.path, 'rotate'), startVaultProcess(folder.path, 'rotate')];
      await Promise.all(processes.map(({ ready }) => ready));
      // In every other round after a change at least, however slow the machine is.
      if (kill % 4 === 0) await Promise.race(processes.map(({ used }) => used));
      await new Promise((resolve) => setTimeout(resolve, Math.random() * ROTATING_MS));
      for (const each of processes) each.kill();
      expect(await Promise.all(processes.map(({ end }) => end))).toEqual(['SIGKILL', 'SIGKILL']);
      for (const { uses } of processes) changes += await uses;
      await using opened = await openVault(env);
      for (const name of names) {
        expect((await opened.vault.open({ environment: 'main', name })).values).toEqual({ NAME: name });
      }
      expect(keysOf(folder).length).toBeLessThanOrEqual(2);
      for (const key of keysOf(folder)) keys.add(key);
    }
    // Else the kills came before anything was changed.
    expect(changes).toBeGreaterThanOrEqual(KILLS / 4);
    expect(keys.size).toBeGreaterThan(KILLS / 4);
    await using opened = await openVault(env);
    expect(await opened.vault.rotateKey()).toBe(SECRETS);
    expect(keysOf(folder)).toHaveLength(1);
    expect(statSync(path.join(folder.path, 'secret.key')).mode & 0o777).toBe(0o600);
  });
});

describe('processes that use secrets at once', () => {
  it('make one key, and lose no secret though the key is changed meanwhile', async () => {
    using folder = storeFolder();
    const creators = Array.from({ length: 6 }, (_, i) =>
      startVaultProcess(folder.path, 'create', `p${i}`, 20),
    );
    const rotators = Array.from({ length: 2 }, () => startVaultProcess(folder.path, 'rotate', '', 10));
    const ends = await Promise.all([...creators, ...rotators].map(({ end }) => end));
    expect(ends).toEqual(ends.map(() => 0));
    await using opened = await openVault({ DRAY_DATA_DIR: folder.path });
    for (const index of creators.keys()) {
      for (let number = 1; number <= 20; number++) {
        const { values } = await opened.vault.open({ environment: 'main', name: `p${index}-${number}` });
        expect(values).toEqual({ NUMBER: `${number}` });
      }
    }
    expect(keysOf(folder)).toHaveLength(1);
  });
});
