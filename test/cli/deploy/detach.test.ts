/**
 * `dray run --detach`: a call that a server makes, and an app that is there for it alone.
 */
import { expect, it } from 'vitest';
import type { DetachedRunResult } from '../../../src/cli/run-detached.ts';
import type { AppListResult } from '../../../src/commands/app/list.ts';
import { deployServer } from '../../helpers/deploy-server.ts';

const APP = `import { existsSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { App } from 'dray';
const app = new App('batch');
export const work = app.function(async ({ until, n }: { until: string; n: number }) => {
  while (!existsSync(until)) await delay(20);
  return n * 2;
});
export const main = app.localEntrypoint(async () => 1);
`;

it('returns once the call is accepted; the app is there until the call has ended', async () => {
  await using at = await deployServer({ 'app.ts': APP });
  const until = `${at.cwd}/go`;
  const ran = await at.dray(...['run', '--detach', '--json', 'app.ts::work', '--until', until, '--n', '21']);
  const { exitCode } = ran;
  const document = JSON.parse(ran.stdout) as DetachedRunResult;
  expect([exitCode, document]).toEqual([
    0,
    {
      app: expect.stringMatching(/^batch-run-\w{8}$/),
      ...{ environment: 'main', entrypoint: 'work', server: at.server.url },
      callId: expect.stringMatching(/^fc-/),
    },
  ]);
  const apps = async () => (await at.json<AppListResult>('app', 'list')).document.apps;
  expect(await apps()).toMatchObject([{ name: document.app, state: 'running' }]);
  await at.write('go', '');
  await expect.poll(apps).toEqual([]);
  const { stdout } = await at.dray('call', 'get', document.callId);
  expect(stdout).toContain('42');
  expect(at.server.defects).toEqual([]);
});

it('says that a local entrypoint cannot be left to a server', async () => {
  await using at = await deployServer({ 'app.ts': APP });
  const { stderr, exitCode } = await at.dray('run', '-d', 'app.ts');
  expect([exitCode, stderr]).toEqual([2, expect.stringContaining('DETACH_ENTRYPOINT')]);
});
