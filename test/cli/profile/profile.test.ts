import { chmod, readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { dray, drayJson } from '../../helpers/run-command.ts';
import { tempFolder } from '../../helpers/temp-folder.ts';

async function home(text: string) {
  const folder = await tempFolder();
  await chmod(await folder.write('.dray.toml', text), 0o600);
  return folder;
}

const FILE = '# mine\n[work]\nactive = true\nbackend = "docker"\n\n# lab\n[lab]\nenvironment = "dev"\n';

describe('dray profile list', () => {
  it('marks the one in use, and lists default always', async () => {
    await using folder = await home(FILE);
    expect((await dray(['profile', 'list'], { cwd: folder.path })).stdout).toMatchInlineSnapshot(`
      "  default
      * work     backend=docker
        lab      environment=dev
      "
    `);
  });

  it('gives them under --json', async () => {
    await using folder = await home(FILE);
    const env = { DRAY_PROFILE: 'lab' };
    expect((await drayJson(['profile', 'list', '--json'], { cwd: folder.path, env })).document).toEqual({
      profiles: [
        { name: 'default', active: false, settings: {} },
        { name: 'work', active: false, settings: { backend: 'docker' } },
        { name: 'lab', active: true, settings: { environment: 'dev' } },
      ],
    });
  });
});

describe('dray profile use', () => {
  it('decides what later commands use, and keeps comments', async () => {
    await using folder = await home(FILE);
    expect((await dray(['profile', 'use', 'lab'], { cwd: folder.path })).exitCode).toBe(0);
    expect((await dray(['profile', 'current'], { cwd: folder.path })).stdout).toBe('lab\n');
    const { document } = await drayJson(['config', 'show', '--json'], { cwd: folder.path });
    expect(document).toMatchObject({ settings: { environment: { value: 'dev', source: 'profile lab' } } });
    expect(await readFile(folder.file('.dray.toml'), 'utf8')).toBe(
      '# mine\n[work]\nbackend = "docker"\n\n# lab\n[lab]\nenvironment = "dev"\nactive = true\n',
    );
  });

  it('suggests the profile that was meant', async () => {
    await using folder = await home(FILE);
    const { stderr, exitCode } = await dray(['profile', 'use', 'wrok'], { cwd: folder.path });
    expect(exitCode).toBe(2);
    expect(stderr).toContain('did you mean work?');
  });
});

describe('dray profile current', () => {
  it('prints the name alone, and what chose it under --json', async () => {
    await using folder = await home(FILE);
    const options = { cwd: folder.path, env: { DRAY_PROFILE: 'lab' } };
    expect((await dray(['profile', 'current'], options)).stdout).toBe('lab\n');
    expect((await drayJson(['profile', 'current', '--json'], options)).document).toEqual({
      profile: 'lab',
      source: 'DRAY_PROFILE',
    });
    expect((await dray(['profile', 'current', '--profile', 'work'], options)).stdout).toBe('work\n');
  });
});
