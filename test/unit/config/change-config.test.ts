import { chmod, lstat, readdir, readFile, stat, symlink } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { setSetting, unsetSetting, useProfile } from '../../../src/config/change-config.ts';
import { readConfigFile } from '../../../src/config/config-file.ts';
import { tempFolder } from '../../helpers/temp-folder.ts';

const mode = async (file: string) => (await stat(file)).mode & 0o777;

describe('setSetting', () => {
  it('makes the file and its folder, for its owner alone', async () => {
    await using folder = await tempFolder();
    const file = folder.file('deep/er/dray.toml');
    await setSetting({ path: file, profile: 'default' }, 'backend', 'process');
    expect(await readFile(file, 'utf8')).toBe('[default]\nbackend = "process"\n');
    expect(await mode(file)).toBe(0o600);
  });

  it('leaves a file that others may read to its owner alone', async () => {
    await using folder = await tempFolder({ 'dray.toml': '[default]\n' });
    const path = folder.file('dray.toml');
    await chmod(path, 0o644);
    await setSetting({ path, profile: 'default' }, 'backend', 'process');
    expect(await mode(path)).toBe(0o600);
  });

  it('follows a link to the file instead of replacing it', async () => {
    await using folder = await tempFolder({ 'dotfiles/dray.toml': '# mine\n[default]\n' });
    const link = folder.file('.dray.toml');
    await symlink('dotfiles/dray.toml', link);
    await setSetting({ path: link, profile: 'default' }, 'backend', 'process');
    expect((await lstat(link)).isSymbolicLink()).toBe(true);
    expect(await readFile(folder.file('dotfiles/dray.toml'), 'utf8')).toBe(
      '# mine\n[default]\nbackend = "process"\n',
    );
  });

  it('makes the file that a link points to where that is missing', async () => {
    await using folder = await tempFolder();
    const link = folder.file('.dray.toml');
    await symlink(folder.file('later.toml'), link);
    await setSetting({ path: link, profile: 'default' }, 'backend', 'process');
    expect(await readFile(folder.file('later.toml'), 'utf8')).toContain('process');
  });

  it('leaves nothing but the file behind', async () => {
    await using folder = await tempFolder();
    const file = folder.file('.dray.toml');
    for (const value of ['docker', 'process', 'docker']) {
      await setSetting({ path: file, profile: 'default' }, 'backend', value);
    }
    expect(await readdir(folder.path)).toEqual(['.dray.toml']);
  });

  it('never shows a reader half of the file', async () => {
    await using folder = await tempFolder();
    const place = { path: folder.file('.dray.toml'), profile: 'default' };
    const padding = 'x'.repeat(60_000);
    await setSetting(place, 'token_id', `${padding}0`);
    let writing = true;
    const seen = new Set<number>();
    const reader = (async () => {
      while (writing) {
        const { profiles } = await readConfigFile(place.path);
        seen.add(String(profiles.get('default')?.token_id).length);
      }
    })();
    for (let round = 0; round < 30; round++) await setSetting(place, 'token_id', `${padding}${round % 10}`);
    writing = false;
    await reader;
    expect([...seen]).toEqual([padding.length + 1]);
  });

  it('does not write what is so already', async () => {
    await using folder = await tempFolder();
    const place = { path: folder.file('.dray.toml'), profile: 'default' };
    await setSetting(place, 'backend', 'process');
    const { ino } = await stat(place.path);
    await setSetting(place, 'backend', 'process');
    expect((await stat(place.path)).ino).toBe(ino);
  });

  it.each([
    { key: 'bakend', value: 'process', code: 'CONFIG_KEY' },
    { key: 'backend', value: 'podman', code: 'CONFIG_VALUE' },
    { key: 'active', value: 'true', code: 'CONFIG_KEY' },
    { key: 'toString', value: 'x', code: 'CONFIG_KEY' },
  ])('refuses $key = $value', async ({ key, value, code }) => {
    await using folder = await tempFolder();
    const place = { path: folder.file('.dray.toml'), profile: 'default' };
    await expect(setSetting(place, key, value)).rejects.toMatchObject({ code, exitCode: 2 });
    expect(await readdir(folder.path)).toEqual([]);
  });

  it('refuses a profile whose name is none', async () => {
    await using folder = await tempFolder();
    const place = { path: folder.file('.dray.toml'), profile: 'a b' };
    await expect(setSetting(place, 'backend', 'docker')).rejects.toMatchObject({ code: 'PROFILE_NAME' });
  });

  it('says why the file cannot be written', async () => {
    await using folder = await tempFolder({ file: '' });
    const place = { path: path.join(folder.file('file'), 'dray.toml'), profile: 'default' };
    await expect(setSetting(place, 'backend', 'docker')).rejects.toMatchObject({
      code: 'CONFIG_FILE',
      exitCode: 3,
      message: expect.stringContaining('ENOTDIR'),
    });
  });

  it('leaves a broken file as it is', async () => {
    await using folder = await tempFolder({ '.dray.toml': '[default\n' });
    const place = { path: folder.file('.dray.toml'), profile: 'default' };
    await expect(setSetting(place, 'backend', 'docker')).rejects.toMatchObject({ code: 'CONFIG_SYNTAX' });
    expect(await readFile(place.path, 'utf8')).toBe('[default\n');
  });
});

describe('unsetSetting', () => {
  it('says whether there was something to take out', async () => {
    await using folder = await tempFolder({ '.dray.toml': '[default]\nbackend = "docker" # why\n' });
    const place = { path: folder.file('.dray.toml'), profile: 'default' };
    expect(await unsetSetting(place, 'backend')).toBe(true);
    expect(await unsetSetting(place, 'backend')).toBe(false);
    expect(await readFile(place.path, 'utf8')).toBe('[default]\n');
  });

  it('makes no file', async () => {
    await using folder = await tempFolder();
    expect(await unsetSetting({ path: folder.file('.dray.toml'), profile: 'default' }, 'backend')).toBe(
      false,
    );
    expect(await readdir(folder.path)).toEqual([]);
  });
});

describe('useProfile', () => {
  const use = async (text: string, profile: string) => {
    await using folder = await tempFolder({ '.dray.toml': text });
    const path = folder.file('.dray.toml');
    await useProfile({ path, profile });
    const { active, profiles } = await readConfigFile(path);
    const marked = [...profiles].filter(([, table]) => 'active' in table).map(([name]) => name);
    return { active, marked, text: await readFile(path, 'utf8') };
  };

  it('moves the mark', async () => {
    const { active, marked } = await use('[a]\nactive = true\n\n# b\n[b]\nbackend = "docker"\n', 'b');
    expect({ active, marked }).toEqual({ active: 'b', marked: ['b'] });
  });

  it('takes it from every other profile', async () => {
    const { marked } = await use('[a]\nactive = true\n[b]\nactive = true\n[c]\nactive = false\n', 'c');
    expect(marked).toEqual(['c']);
  });

  it('goes back to default, which need not be in the file', async () => {
    const { active, text } = await use('# mine\n[a]\nactive = true\n', 'default');
    expect(active).toBe('default');
    expect(text).toMatch(/^# mine\n/);
  });

  it('refuses a profile that is not there, and names the one that was meant', async () => {
    await expect(use('[work]\n', 'wrok')).rejects.toMatchObject({
      code: 'PROFILE_UNKNOWN',
      suggestions: expect.arrayContaining(['did you mean work?']),
    });
  });
});
