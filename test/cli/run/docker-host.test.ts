/**
 * `dray run` with a Docker that was named and is not there: an error with exit code 3, never another backend.
 */
import { expect, it } from 'vitest';
import { dray, drayJson } from '../../helpers/run-command.ts';
import { tempFolder } from '../../helpers/temp-folder.ts';

const APP = `import { App } from 'dray';
const app = new App('nowhere');
export const main = app.function(async () => 'ran');
`;

async function runWith(env: Record<string, string>, files: Record<string, string> = {}) {
  await using folder = await tempFolder({ 'app.ts': APP, ...files });
  return await dray(['run', 'app.ts'], { cwd: folder.path, env });
}

it('names a DOCKER_HOST where no socket is', async () => {
  const { exitCode, stdout, stderr } = await runWith({ DOCKER_HOST: 'unix:///nowhere/docker.sock' });
  expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: '' });
  expect(stderr).toContain('unix:///nowhere/docker.sock');
  expect(stderr).toContain('Code: DOCKER_UNREACHABLE');
});

it('names a DOCKER_HOST where nobody listens', async () => {
  const { exitCode, stderr } = await runWith({ DOCKER_HOST: 'tcp://127.0.0.1:1' });
  expect(exitCode).toBe(3);
  expect(stderr).toContain('tcp://127.0.0.1:1');
  expect(stderr).toContain('Code: DOCKER_UNREACHABLE');
});

it('names a DOCKER_HOST that is no address', async () => {
  const { exitCode, stderr } = await runWith({ DOCKER_HOST: 'ftp://docker.example' });
  expect(exitCode).toBe(3);
  expect(stderr).toContain('docker.example');
  expect(stderr).toContain('DOCKER_HOST');
  expect(stderr).toContain('Code: DOCKER_HOST_INVALID');
});

it('names a docker context that does not exist', async () => {
  const { exitCode, stderr } = await runWith({ DOCKER_CONTEXT: 'far-away' });
  expect(exitCode).toBe(3);
  expect(stderr).toContain('far-away');
  expect(stderr).toContain('Code: DOCKER_CONTEXT_NOT_FOUND');
});

it('says what is wrong with the file before what is wrong with Docker', async () => {
  const { exitCode, stderr } = await runWith(
    { DOCKER_HOST: 'tcp://127.0.0.1:1' },
    { 'app.ts': 'export const a = 1;' },
  );
  expect(exitCode).toBe(2);
  expect(stderr).toContain('Code: NO_APP');
});

it('runs in child processes where those were asked for, whatever DOCKER_HOST says', async () => {
  await using folder = await tempFolder({ 'app.ts': APP });
  const { exitCode, document } = await drayJson(['run', '--json', '--backend', 'process', 'app.ts'], {
    cwd: folder.path,
    env: { DOCKER_HOST: 'tcp://127.0.0.1:1' },
  });
  expect(exitCode).toBe(0);
  expect(document).toMatchObject({ result: 'ran', images: [] });
});
