import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readConfigFile } from '../../../src/config/config-file.ts';

describe('readConfigFile', () => {
  let folder: string;
  let file: string;

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'dray-config-'));
    file = path.join(folder, '.dray.toml');
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  async function read(text: string, mode = 0o600) {
    await writeFile(file, text);
    await chmod(file, mode);
    return readConfigFile(file);
  }

  it('takes a file that is missing for an empty one', async () => {
    expect(await readConfigFile(file)).toMatchObject({ exists: false, active: undefined, findings: [] });
  });

  it('reads a table for each profile, and which is active', async () => {
    const { profiles, active, findings } = await read(
      '# mine\n[default]\nenvironment = "a"\n\n[work]\nactive = true\nbackend = "process"\n',
    );
    expect([...profiles.keys()]).toEqual(['default', 'work']);
    expect({ ...profiles.get('work') }).toEqual({ active: true, backend: 'process' });
    expect({ active, findings }).toEqual({ active: 'work', findings: [] });
  });

  it.each([
    {
      name: 'a table that is not closed',
      text: '[default\nbackend = "docker"',
      at: 'line 1, column 9: unexpected end of the line',
    },
    {
      name: 'text without quotes',
      text: '[default]\nbackend = docker',
      at: 'line 2, column 11: unexpected "d"',
    },
    {
      name: 'a key given twice',
      text: '[default]\nbackend = "docker"\nbackend = "process"',
      at: 'line 3, column 1',
    },
    {
      name: 'a file that ends too early',
      text: '[default]\nbackend =',
      at: 'line 2, column 10: unexpected end of the file',
    },
  ])('tells line and column of $name', async ({ text, at }) => {
    await expect(read(text)).rejects.toMatchObject({
      code: 'CONFIG_SYNTAX',
      exitCode: 2,
      message: expect.stringContaining(`${file}, ${at}`),
    });
  });

  it('shows nothing of a secret whose line is broken', async () => {
    const error = await read('[default]\ntoken_secret = "hunter2\n').catch((thrown) => thrown);
    expect(error.code).toBe('CONFIG_SYNTAX');
    expect(JSON.stringify({ ...error, message: error.message, cause: String(error.cause) })).not.toContain(
      'hunter2',
    );
  });

  it('names a key that is no setting, and the one that was meant', async () => {
    const { findings } = await read('[work]\nbakend = "process"\nxyzzy = 1\n');
    expect(findings).toEqual([
      'profile work has "bakend", which is no setting; did you mean backend?',
      'profile work has "xyzzy", which is no setting',
    ]);
  });

  it('says of a setting outside of any profile where it belongs', async () => {
    const { findings, profiles } = await read('backend = "process"\n');
    expect(findings).toEqual(['backend is outside of any profile: put it under a line [default]']);
    expect(profiles.size).toBe(0);
  });

  it('says when several profiles are active, and uses the first', async () => {
    const { findings, active } = await read('[a]\nactive = true\n[b]\nactive = true\n');
    expect(active).toBe('a');
    expect(findings).toEqual(['several profiles are active: a, b; the first is used']);
  });

  it.each([0o644, 0o640, 0o604])('reports that others may read it (mode %o)', async (mode) => {
    const { findings } = await read('[default]\n', mode);
    expect(findings).toEqual([expect.stringContaining(`mode 0${mode.toString(8)}`)]);
  });

  it.each([0o600, 0o400])('is content with mode %o', async (mode) => {
    expect((await read('[default]\n', mode)).findings).toEqual([]);
  });

  it('says why a file that is there cannot be read', async () => {
    await expect(readConfigFile(folder)).rejects.toMatchObject({
      code: 'CONFIG_FILE',
      exitCode: 3,
      message: expect.stringContaining('EISDIR'),
    });
  });
});
