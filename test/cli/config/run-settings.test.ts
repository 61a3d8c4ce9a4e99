import { describe, expect, it } from 'vitest';
import { dray, drayJson } from '../../helpers/run-command.ts';
import { tempFolder } from '../../helpers/temp-folder.ts';

const APP = `import { App } from 'dray';
const app = new App('hello');
export const greet = app.function({}, async (name: string) => 'Hello, ' + name);
`;

/** Where no Docker answers. */
const NOWHERE = 'unix:///nowhere/docker.sock';

describe('dray run', () => {
  it('runs where the profile says', async () => {
    await using folder = await tempFolder({
      'app.ts': APP,
      '.dray.toml': '[lab]\nbackend = "process"\n',
    });
    const args = ['run', '--profile', 'lab', 'app.ts', '--name', 'Ada'];
    const { stdout, exitCode } = await dray(args, { cwd: folder.path, env: { DOCKER_HOST: NOWHERE } });
    expect({ stdout, exitCode }).toEqual({ stdout: 'Hello, Ada\n', exitCode: 0 });
  });

  it('runs where --backend says, whatever the profile says', async () => {
    await using folder = await tempFolder({ 'app.ts': APP, '.dray.toml': '[default]\nbackend = "docker"\n' });
    const args = ['run', '--backend', 'process', 'app.ts', '--name', 'Ada'];
    const { exitCode } = await dray(args, { cwd: folder.path, env: { DOCKER_HOST: NOWHERE } });
    expect(exitCode).toBe(0);
  });

  it('uses the Docker that the profile names, and says who chose it', async () => {
    await using folder = await tempFolder({
      'app.ts': APP,
      '.dray.toml': `[default]\ndocker_host = "${NOWHERE}"\n`,
    });
    const { document, exitCode } = await drayJson(['run', '--json', 'app.ts', '--name', 'Ada'], {
      cwd: folder.path,
    });
    expect(exitCode).toBe(3);
    expect(document).toMatchObject({
      error: {
        code: 'DOCKER_UNREACHABLE',
        message: expect.stringContaining(`${NOWHERE} (chosen by docker_host of profile default)`),
      },
    });
  });

  it('does not start with settings that are wrong', async () => {
    await using folder = await tempFolder({ 'app.ts': APP, '.dray.toml': '[default]\nbackend = "podman"\n' });
    const { document, exitCode } = await drayJson(['run', '--json', 'app.ts', '--name', 'Ada'], {
      cwd: folder.path,
    });
    expect({ document, exitCode }).toMatchObject({
      document: { error: { code: 'CONFIG_VALUE' } },
      exitCode: 2,
    });
  });

  it('leaves --env and --profile after the file to the function', async () => {
    const app = `import { App } from 'dray';
const app = new App('hello');
export const show = app.function({}, async (env: string, profile: string) => env + ' ' + profile);
`;
    await using folder = await tempFolder({ 'app.ts': app });
    const args = ['run', '-e', 'dev', '--backend', 'process', 'app.ts', '--env', 'a', '--profile', 'b'];
    expect((await dray(args, { cwd: folder.path })).stdout).toBe('a b\n');
  });
});
