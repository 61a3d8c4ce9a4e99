import { chmod, readFile, stat } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { dray, drayJson } from '../../helpers/run-command.ts';
import { tempFolder } from '../../helpers/temp-folder.ts';

const FILE = `# mine
[default]
environment = "staging" # for now
token_secret = "hunter2"

[work]
active = true
`;

/** A home with a settings file in it. */
async function home(text?: string) {
  const folder = await tempFolder();
  if (text !== undefined) await chmod(await folder.write('.dray.toml', text), 0o600);
  return folder;
}

describe('dray config show', () => {
  it('shows every setting and what decided it', async () => {
    await using folder = await home(FILE);
    const { stdout, stderr, exitCode } = await dray(['config', 'show', '--profile', 'default'], {
      cwd: folder.path,
      env: { DRAY_BACKEND: 'process' },
    });
    expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
    expect(stdout.replace(folder.path, '~')).toMatchInlineSnapshot(`
      "File     ~/.dray.toml
      Profile  default (--profile)

      SETTING        VALUE    FROM
      environment    staging  profile default
      backend        process  DRAY_BACKEND
      docker_host    –        default
      server_url     –        default
      token_id       –        default
      token_secret   ***      profile default
      logs_max_mib   –        default
      logs_max_days  –        default
      results_days   –        default
      backlog_limit  –        default
      "
    `);
  });

  it('shows no secret, of the file neither nor of a variable, in no form', async () => {
    await using folder = await home(FILE);
    for (const args of [
      ['config', 'show'],
      ['config', 'show', '--json'],
      ['profile', 'list'],
      ['profile', 'list', '--json'],
    ]) {
      const env = { DRAY_PROFILE: 'default', DRAY_TOKEN_SECRET: 'hunter3' };
      const { stdout, stderr } = await dray(args, { cwd: folder.path, env });
      expect(`${stdout}${stderr}`).not.toMatch(/hunter/);
      expect(stdout).toContain('***');
    }
  });

  it('says where the file would be', async () => {
    await using folder = await home();
    const { document } = await drayJson(['config', 'show', '--json'], {
      cwd: folder.path,
      env: { DRAY_CONFIG_PATH: 'here/dray.toml' },
    });
    expect(document).toMatchObject({
      file: folder.file('here/dray.toml'),
      exists: false,
      profile: { value: 'default', source: 'default' },
      settings: { environment: { value: 'main', source: 'default' }, backend: { value: null } },
    });
  });

  it('names --env as what decided the environment', async () => {
    await using folder = await home(FILE);
    const { document } = await drayJson(['config', 'show', '-e', 'lab', '--json'], { cwd: folder.path });
    expect(document).toMatchObject({
      profile: { value: 'work' },
      settings: { environment: { value: 'lab', source: '--env' } },
    });
  });

  it.each([
    { name: 'a broken file', text: '[default\nx', env: {}, code: 'CONFIG_SYNTAX' },
    { name: 'a value that is none', text: '[default]\nbackend = "podman"\n', env: {}, code: 'CONFIG_VALUE' },
    { name: 'a variable that is none', text: '', env: { DRAY_BACKEND: 'podman' }, code: 'CONFIG_VALUE' },
    { name: 'a profile that is none', text: '', env: { DRAY_PROFILE: 'nobody' }, code: 'PROFILE_UNKNOWN' },
  ])('ends with exit code 2 for $name', async ({ text, env, code }) => {
    await using folder = await home(text);
    const { document, exitCode } = await drayJson(['config', 'show', '--json'], { cwd: folder.path, env });
    expect({ document, exitCode }).toMatchObject({ document: { error: { code } }, exitCode: 2 });
  });

  it('notes what is odd about the file on stderr, and goes on', async () => {
    await using folder = await home('[default]\nbakend = "process"\n');
    await chmod(folder.file('.dray.toml'), 0o644);
    const { stdout, stderr, exitCode } = await dray(['config', 'show'], { cwd: folder.path });
    expect(exitCode).toBe(0);
    expect(stderr).toContain('did you mean backend?');
    expect(stderr).toContain('mode 0644');
    expect(stdout).toContain('environment');
  });
});

describe('dray config set', () => {
  it('writes into the profile in use, and keeps the rest of the file as it is', async () => {
    await using folder = await home(FILE);
    const { stdout, exitCode } = await dray(['config', 'set', 'backend', 'process'], { cwd: folder.path });
    expect({ stdout, exitCode }).toEqual({
      stdout: `Set backend to process in profile work of ${folder.file('.dray.toml')}\n`,
      exitCode: 0,
    });
    expect(await readFile(folder.file('.dray.toml'), 'utf8')).toBe(`${FILE}backend = "process"\n`);
  });

  it('makes the file, and the profile that --profile names, for its owner alone', async () => {
    await using folder = await home();
    const { document } = await drayJson(
      ['config', 'set', '--profile', 'lab', 'environment', 'dev', '--json'],
      {
        cwd: folder.path,
      },
    );
    expect(document).toEqual({
      file: folder.file('.dray.toml'),
      profile: 'lab',
      key: 'environment',
      value: 'dev',
    });
    expect(await readFile(folder.file('.dray.toml'), 'utf8')).toBe('[lab]\nenvironment = "dev"\n');
    expect((await stat(folder.file('.dray.toml'))).mode & 0o777).toBe(0o600);
  });

  it('takes a secret from stdin, and does not show it', async () => {
    await using folder = await home();
    const through = ['sh', '-c', 'printf "hunter2\\n" | "$@"', 'sh'];
    const { stdout, stderr } = await dray(['config', 'set', 'token_secret', '-'], {
      cwd: folder.path,
      through,
    });
    expect(stdout).toContain('Set token_secret to ***');
    expect(`${stdout}${stderr}`).not.toContain('hunter2');
    expect(await readFile(folder.file('.dray.toml'), 'utf8')).toBe('[default]\ntoken_secret = "hunter2"\n');
  });

  it('says that stdin is empty, where it is', async () => {
    await using folder = await home();
    const { document, exitCode } = await drayJson(['config', 'set', 'token_secret', '-', '--json'], {
      cwd: folder.path,
    });
    expect({ document, exitCode }).toMatchObject({ document: { error: { code: 'NO_INPUT' } }, exitCode: 2 });
  });

  it('mends a value that would stop every other command', async () => {
    await using folder = await home('[default]\nbackend = "podman"\n');
    expect((await dray(['config', 'set', 'backend', 'docker'], { cwd: folder.path })).exitCode).toBe(0);
    expect((await dray(['config', 'show'], { cwd: folder.path })).exitCode).toBe(0);
  });

  it('suggests the setting that was meant', async () => {
    await using folder = await home();
    const { stderr, exitCode } = await dray(['config', 'set', 'bakend', 'docker'], { cwd: folder.path });
    expect(exitCode).toBe(2);
    expect(stderr).toContain('did you mean backend?');
  });

  it('notes a variable that stands above what was written', async () => {
    await using folder = await home();
    const options = { cwd: folder.path, env: { DRAY_BACKEND: 'docker' } };
    const { stderr } = await dray(['config', 'set', 'backend', 'process'], options);
    expect(stderr).toBe('note: DRAY_BACKEND is set, and stands above the file\n');
  });
});

describe('dray config unset', () => {
  it('takes a setting out, and says when there was none', async () => {
    await using folder = await home(FILE);
    const args = ['config', 'unset', '--profile', 'default', 'environment', '--json'];
    expect((await drayJson(args, { cwd: folder.path })).document).toMatchObject({ removed: true });
    expect((await drayJson(args, { cwd: folder.path })).document).toMatchObject({ removed: false });
    expect(await readFile(folder.file('.dray.toml'), 'utf8')).toBe(
      FILE.replace('environment = "staging" # for now\n', ''),
    );
  });
});
