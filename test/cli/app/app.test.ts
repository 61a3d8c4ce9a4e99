/**
 * `dray app list|history|rollback|rollover|stop`, as processes on a real server.
 */
import { describe, expect, it } from 'vitest';
import type { AppChangeResult } from '../../../src/cli/app-change.ts';
import type { AppHistoryResult } from '../../../src/commands/app/history.ts';
import type { AppListResult } from '../../../src/commands/app/list.ts';
import { deployServer, helloApp } from '../../helpers/deploy-server.ts';

interface Failure {
  error: { code: string; message: string; suggestions: string[] };
}

describe('dray app', () => {
  it('lists what runs, and says where nothing does', async () => {
    await using at = await deployServer({ 'app.ts': helloApp('Hello') });
    expect(await at.dray('app', 'list')).toMatchObject({
      exitCode: 0,
      stdout: 'No app is deployed in the environment main\n',
    });
    await at.dray('deploy', '--tag', 'blue', 'app.ts');
    const { stdout } = await at.dray('app', 'list');
    expect(stdout).toMatch(
      /^NAME +STATE +VERSION +DEPLOYED +BY +CONTAINERS\nhello +running +1 \(blue\) +\S+ \S+ +ci +0\n$/,
    );
    const { document } = await at.json<AppListResult>('app', 'list');
    expect(document.apps).toMatchObject([
      {
        name: 'hello',
        state: 'running',
        problem: null,
        deployment: { version: 1, functions: ['greet', 'add'] },
      },
    ]);
  });

  it('goes back to the version before, or to one by its number, as a version of its own', async () => {
    await using at = await deployServer();
    for (const greeting of ['one', 'two', 'three']) {
      await at.write('app.ts', helloApp(greeting));
      await at.dray('deploy', 'app.ts');
    }
    const back = await at.json<AppChangeResult>('app', 'rollback', 'hello');
    expect(back.document).toMatchObject({ version: 4, previous: 3, changed: true });
    expect(await at.call('hello', 'greet', 'x')).toBe('two x');
    const { stdout, exitCode } = await at.dray('app', 'rollback', 'hello', '1');
    expect([exitCode, stdout]).toEqual([0, expect.stringContaining('Deployed hello version 5')]);
    expect(await at.call('hello', 'greet', 'x')).toBe('one x');
    const { document } = await at.json<AppHistoryResult>('app', 'history', 'hello');
    expect(document.deployments.map(({ version, rollbackOf }) => [version, rollbackOf])).toEqual([
      [5, 1],
      [4, 2],
      [3, null],
      [2, null],
      [1, null],
    ]);
    const none = await at.json<Failure>('app', 'rollback', 'hello', '9');
    expect([none.exitCode, none.document.error.code]).toEqual([4, 'VERSION_NOT_FOUND']);
  });

  it('replaces containers by new ones of the same version', async () => {
    await using at = await deployServer({
      'app.ts': `import { App } from 'dray';
const app = new App('who');
export const pid = app.function({}, async () => process.pid);
`,
    });
    await at.dray('deploy', 'app.ts');
    const before = await at.call('who', 'pid');
    const { document } = await at.json<AppChangeResult>('app', 'rollover', 'who');
    expect(document).toMatchObject({ app: 'who', version: 1 });
    expect(await at.call('who', 'pid')).not.toBe(before);
  });

  it('stops an app, which takes no calls any more until it is deployed again', async () => {
    await using at = await deployServer({ 'app.ts': helloApp('Hello') });
    await at.dray('deploy', 'app.ts');
    const asked = await at.dray('app', 'stop', 'hello');
    expect([asked.exitCode, asked.stderr]).toEqual([2, expect.stringContaining('CONFIRMATION_NEEDED')]);
    expect(await at.dray('app', 'stop', 'hello', '--yes')).toMatchObject({
      exitCode: 0,
      stdout: 'Stopped hello in main\n',
    });
    await expect(at.call('hello', 'add', 1, 2)).rejects.toThrow();
    expect((await at.json('app', 'stop', 'hello', '--yes')).document).toMatchObject({ stopped: false });
    const { document } = await at.json<AppListResult>('app', 'list');
    expect(document.apps[0]).toMatchObject({ state: 'stopped', stoppedAt: expect.any(String) });
    await at.dray('deploy', 'app.ts');
    expect(await at.call('hello', 'add', 1, 2)).toBe(3);
  });

  it.each([
    ['history', 'helo'],
    ['rollback', 'helo'],
    ['rollover', 'helo'],
    ['stop', 'helo', '--yes'],
  ])('says in %s that there is no such app, and names the nearest one', async (...args) => {
    await using at = await deployServer({ 'app.ts': helloApp('Hello') });
    await at.dray('deploy', 'app.ts');
    const { document, exitCode } = await at.json<Failure>('app', ...args);
    expect(exitCode).toBe(4);
    expect(document.error).toMatchObject({
      code: 'APP_NOT_FOUND',
      message: 'there is no app helo in the environment main',
    });
    expect(document.error.suggestions[0]).toBe('did you mean hello?');
  });

  it('lets an app that is not there be, where it is told to', async () => {
    await using at = await deployServer();
    const { document, exitCode } = await at.json('app', 'stop', 'hello', '--yes', '--allow-missing');
    expect([exitCode, document]).toEqual([0, { app: 'hello', environment: 'main', stopped: false }]);
  });
});
