import { describe, expect, it } from 'vitest';
import { dray, drayJson } from '../../helpers/run-command.ts';
import { type TempFolder, tempFolder } from '../../helpers/temp-folder.ts';

/** A home with an environment called staging, and a secret in it where one is named. */
async function home(...secrets: string[]): Promise<TempFolder> {
  const folder = await tempFolder();
  await dray(['environment', 'create', 'staging'], { cwd: folder.path });
  for (const name of secrets) {
    await dray(['secret', 'create', name, '--env', 'staging', 'KEY=value'], { cwd: folder.path });
  }
  return folder;
}

async function environmentsOf(folder: TempFolder): Promise<string[]> {
  const args = ['environment', 'list', '--json'];
  const { document } = await drayJson<{ environments: { name: string }[] }>(args, { cwd: folder.path });
  return document.environments.map(({ name }) => name);
}

describe('dray environment list', () => {
  it('shows main in a new home', async () => {
    await using folder = await tempFolder();
    const { stdout, stderr, exitCode } = await dray(['environment', 'list'], { cwd: folder.path });
    expect({ stdout, stderr, exitCode }).toEqual({ stdout: '* main  no secrets\n', stderr: '', exitCode: 0 });
  });

  it('marks the one in use and counts what each holds', async () => {
    await using folder = await home('s3', 'db');
    const { stdout } = await dray(['environment', 'list'], {
      cwd: folder.path,
      env: { DRAY_ENVIRONMENT: 'staging' },
    });
    expect(stdout).toBe('  main     no secrets\n* staging  2 secrets: db, s3\n');
  });

  it('gives them under --json', async () => {
    await using folder = await home('s3');
    const { document } = await drayJson(['environment', 'list', '-e', 'staging', '--json'], {
      cwd: folder.path,
    });
    expect(document).toEqual({
      environments: [
        { name: 'main', active: false, created: expect.any(String), secrets: [] },
        { name: 'staging', active: true, created: expect.any(String), secrets: ['s3'] },
      ],
    });
  });

  it('notes that the one in use is not there', async () => {
    await using folder = await tempFolder();
    const { stderr } = await dray(['environment', 'list', '--env', 'nowhere'], { cwd: folder.path });
    expect(stderr).toContain('dray environment create nowhere');
  });
});

describe('dray environment create', () => {
  it('makes one that later commands find', async () => {
    await using folder = await home();
    expect(await environmentsOf(folder)).toEqual(['main', 'staging']);
  });

  it('refuses one that is there', async () => {
    await using folder = await home();
    const { document, exitCode } = await drayJson(['environment', 'create', 'staging', '--json'], {
      cwd: folder.path,
    });
    expect({ document, exitCode }).toMatchObject({
      document: { error: { code: 'ENVIRONMENT_EXISTS' } },
      exitCode: 4,
    });
  });

  it('refuses a name that is none', async () => {
    await using folder = await tempFolder();
    const { document, exitCode } = await drayJson(['environment', 'create', 'a b', '--json'], {
      cwd: folder.path,
    });
    expect({ document, exitCode }).toMatchObject({ document: { error: { code: 'BAD_NAME' } }, exitCode: 2 });
  });
});

describe('dray environment delete', () => {
  it('deletes one that holds nothing', async () => {
    await using folder = await home();
    const { stdout, exitCode } = await dray(['environment', 'delete', 'staging'], { cwd: folder.path });
    expect({ stdout, exitCode }).toEqual({ stdout: 'Deleted staging\n', exitCode: 0 });
    expect(await environmentsOf(folder)).toEqual(['main']);
  });

  it('keeps one with secrets where nobody can be asked, and says what would be lost', async () => {
    await using folder = await home('s3', 'db');
    const { stderr, exitCode } = await dray(['environment', 'delete', 'staging'], { cwd: folder.path });
    expect(exitCode).toBe(2);
    expect(stderr).toContain('2 secrets: db, s3');
    expect(stderr).toContain('--yes');
    expect(await environmentsOf(folder)).toEqual(['main', 'staging']);
  });

  it('deletes one with its secrets with -y, and says what is lost', async () => {
    await using folder = await home('s3');
    const { document } = await drayJson(['environment', 'delete', 'staging', '-y', '--json'], {
      cwd: folder.path,
    });
    expect(document).toEqual({ name: 'staging', deleted: true, secrets: ['s3'] });
    // A new one of the name begins empty.
    await dray(['environment', 'create', 'staging'], { cwd: folder.path });
    const { document: left } = await drayJson(['secret', 'list', '-e', 'staging', '--json'], {
      cwd: folder.path,
    });
    expect(left).toMatchObject({ secrets: [] });
  });

  it('never deletes main, with -y neither', async () => {
    await using folder = await tempFolder();
    const { document, exitCode } = await drayJson(['environment', 'delete', 'main', '-y', '--json'], {
      cwd: folder.path,
    });
    expect({ document, exitCode }).toMatchObject({
      document: { error: { code: 'ENVIRONMENT_NOT_DELETABLE' } },
      exitCode: 4,
    });
  });
});

describe('the environment of a run', () => {
  it('is told to functions as DRAY_ENVIRONMENT', async () => {
    await using folder = await home();
    await folder.write(
      'app.ts',
      `import { App } from 'dray';
const app = new App('where');
export const where = app.function(async () => process.env.DRAY_ENVIRONMENT);
`,
    );
    const args = ['run', '--backend', 'process', '--env', 'staging', 'app.ts'];
    expect((await dray(args, { cwd: folder.path })).stdout).toBe('staging\n');
  });
});
