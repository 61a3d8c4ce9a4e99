/**
 * Schedules of an app that is deployed on a real engine, over a server that is killed and started again.
 */
import path from 'node:path';
import { expect, it } from 'vitest';
import { dray } from '../helpers/run-command.ts';
import { listedSchedules, schedulesUntil, startedServer } from '../helpers/scheduled-server.ts';
import { tempFolder } from '../helpers/temp-folder.ts';
import { engineEnvironment, newestEngine } from './docker-app.ts';

const EXAMPLE = path.join(import.meta.dirname, '../../docs/examples/schedules.ts');

it('a period fires in containers, goes on in its beat after kill -9 of the server, and can be paused', async () => {
  await using home = await tempFolder();
  const options = { cwd: home.path, env: { ...engineEnvironment(newestEngine()), HOME: home.path } };
  const due = (schedules: Awaited<ReturnType<typeof listedSchedules>>) => schedules.beat?.lastDueAt ?? '';

  const killed = await startedServer(options);
  const deployed = await dray(['deploy', EXAMPLE], options);
  expect(deployed.exitCode, deployed.stderr).toBe(0);
  const before = await schedulesUntil(options, (each) => each.beat?.lastCall?.state === 'succeeded');
  killed.kill('SIGKILL');
  await killed.ended;

  const server = await startedServer(options);
  const after = await schedulesUntil(
    options,
    (each) => due(each) > due(before) && each.beat?.lastCall?.state === 'succeeded',
  );
  expect((Date.parse(due(after)) - Date.parse(due(before))) % 1_000).toBe(0);
  expect(after.poll?.nextAt).toBe(before.poll?.nextAt);

  expect(await dray(['schedule', 'pause', 'reports::beat'], options)).toMatchObject({ exitCode: 0 });
  const paused = await listedSchedules(options);
  expect(await dray(['schedule', 'run', 'reports::nightly'], options)).toMatchObject({ exitCode: 0 });
  expect(due(await listedSchedules(options))).toBe(due(paused));
  expect(await dray(['schedule', 'resume', 'reports::beat'], options)).toMatchObject({ exitCode: 0 });
  await schedulesUntil(options, (each) => due(each) > due(paused));

  // Takes its containers with it.
  expect(await dray(['app', 'stop', 'reports', '--yes'], options)).toMatchObject({ exitCode: 0 });
  expect(await listedSchedules(options)).toEqual({});
  server.kill('SIGINT');
  expect(await server.ended).toMatchObject({ exitCode: 0 });
});
