/**
 * `dray server start`, `status`, `down` and `admin-code`, as processes.
 */
import { describe, expect, it } from 'vitest';
import type { ServerStatus } from '../../../src/cli/render/server.ts';
import { dray, drayJson, startDray } from '../../helpers/run-command.ts';
import { tempFolder } from '../../helpers/temp-folder.ts';

const START = ['server', 'start', '--port', '0'];

/** A server of this home, once it listens. */
async function started(cwd: string, args: readonly string[] = START) {
  const server = startDray(args, { cwd });
  await server.untilPrinted('listens on');
  return server;
}

describe('dray server', () => {
  it('starts, is told about, and is ended by another command', async () => {
    await using home = await tempFolder();
    const { path: cwd } = home;
    const server = await started(cwd);
    const { document: status } = await drayJson<ServerStatus>(['server', 'status', '--json'], { cwd });
    expect(status).toMatchObject({ source: 'this machine', pid: server.pid, requests: { running: 1 } });
    expect(status.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    const { document } = await drayJson(['server', 'down', '--json'], { cwd });
    expect(document).toEqual({ stopped: true, url: status.url, pid: server.pid });
    const { stdout, stderr, exitCode } = await server.ended;
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^dray \S+ listens on http:\/\/127\.0\.0\.1:\d+\n$/);
    expect(stderr).toMatch(/One-time admin code: (?:[0-9A-Z]{5}-){3}[0-9A-Z]{5}\n/);
    expect(stderr).toMatch(/Z GET \/v1\/health 200 \d+ ms\n/);
    const after = await dray(['server', 'status'], { cwd, env: { DRAY_SERVER_URL: status.url } });
    expect({
      exitCode: after.exitCode,
      stderr: after.stderr.replace(status.url, 'URL'),
    }).toMatchInlineSnapshot(`
      {
        "exitCode": 3,
        "stderr": "Error: no server answers at URL: ECONNREFUSED
      Code: SERVER_UNREACHABLE
      Try this:
        - start one on this machine: dray server start
        - see which server is used: dray config show
      Reference: docs/errors.md#server_unreachable
      ",
      }
    `);
    expect(await dray(['server', 'down'], { cwd })).toMatchObject({
      exitCode: 0,
      stdout: 'No server runs on this machine\n',
    });
  });

  it('refuses to run twice on one data folder, and starts again where one was killed', async () => {
    await using home = await tempFolder();
    const { path: cwd } = home;
    const first = await started(cwd);
    const { document, exitCode } = await drayJson([...START, '--json'], { cwd });
    expect([exitCode, document]).toEqual([3, { error: expect.objectContaining({ code: 'SERVER_RUNNING' }) }]);
    first.kill('SIGKILL');
    await first.ended;
    const { document: down } = await drayJson(['server', 'down', '--json'], { cwd });
    expect(down).toMatchObject({ stopped: false });
    const again = await started(cwd);
    again.kill('SIGINT');
    expect((await again.ended).exitCode).toBe(0);
  });

  it('prints a new admin code on the machine of the server, whether it runs or not', async () => {
    await using home = await tempFolder();
    const { stdout, exitCode } = await dray(['server', 'admin-code'], { cwd: home.path });
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^(?:[0-9A-Z]{5}-){3}[0-9A-Z]{5}\n$/);
    const server = await started(home.path);
    const { document } = await drayJson(['server', 'admin-code', '--json'], { cwd: home.path });
    expect(document.code).not.toBe(stdout.trim());
    server.kill('SIGTERM');
    expect((await server.ended).stderr).not.toContain('One-time admin code');
  });
});
