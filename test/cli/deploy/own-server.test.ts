/**
 * `dray deploy` on a machine where no server is set and none runs.
 */
import { expect, it } from 'vitest';
import type { ServerStatus } from '../../../src/cli/render/server.ts';
import { helloApp } from '../../helpers/deploy-server.ts';
import { dray, drayJson } from '../../helpers/run-command.ts';
import { tempFolder } from '../../helpers/temp-folder.ts';

it('starts a server that lives on, says so, and uses it from then on', async () => {
  await using home = await tempFolder({ 'app.ts': helloApp('Hello') });
  const at = { cwd: home.path, env: { DRAY_BACKEND: 'process' } };
  try {
    const first = await dray(['deploy', 'app.ts'], at);
    expect(first.stderr).toMatch(
      /^note: no server ran on this machine: started one at http:\/\/127\.0\.0\.1:\d+ /,
    );
    expect([first.exitCode, first.stdout]).toEqual([0, expect.stringContaining('Deployed hello version 1')]);
    const second = await dray(['deploy', 'app.ts'], at);
    expect(second).toMatchObject({
      exitCode: 0,
      stderr: '',
      stdout: expect.stringMatching(/^Nothing changed/),
    });
    const { document } = await drayJson<ServerStatus>(['server', 'status', '--json'], at);
    expect(document.source).toBe('this machine');
    process.kill(document.pid as number, 'SIGKILL');
    const again = await dray(['deploy', 'app.ts'], at);
    expect(again.stderr).toContain('started one at');
    expect(again.stdout).toMatch(/^Nothing changed: hello version 1 serves/);
  } finally {
    await dray(['server', 'down'], at);
  }
});

it('starts none for an app that cannot be loaded', async () => {
  await using home = await tempFolder();
  const at = { cwd: home.path, env: { DRAY_BACKEND: 'process' } };
  expect((await dray(['deploy', 'app.ts'], at)).exitCode).toBe(2);
  expect((await dray(['server', 'down'], at)).stdout).toBe('No server runs on this machine\n');
});

it('says what the server printed where it does not start', async () => {
  await using home = await tempFolder({
    'app.ts': helloApp('Hello'),
    'data/dray.db': 'no database'.repeat(1_000),
  });
  const at = { cwd: home.path, env: { DRAY_BACKEND: 'process', DRAY_DATA_DIR: home.file('data') } };
  const { exitCode, stderr } = await dray(['deploy', 'app.ts'], at);
  expect(exitCode).toBe(3);
  expect(stderr).toContain('Code: SERVER_NOT_STARTED');
  expect(stderr).toContain('Code: STORE_');
});
