/**
 * `dray schedule`, with a server and a deployed app, in child processes.
 */
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ScheduleReply } from '../../../src/protocol/api/schedule-routes.ts';
import { dray, drayJson } from '../../helpers/run-command.ts';
import { listedSchedules, schedulesUntil, startedServer } from '../../helpers/scheduled-server.ts';
import { tempFolder } from '../../helpers/temp-folder.ts';

const ROOT = path.join(import.meta.dirname, '../../..');
const EXAMPLE = path.join(ROOT, 'docs/examples/schedules.ts');
const TEMPLATE = path.join(ROOT, 'templates/cron/app.ts');

const ON_PROCESSES = ['--backend', 'process'];

describe('dray schedule', () => {
  it('shows what fires, and what became of it; a period goes on where it was when the server comes back', async () => {
    await using home = await tempFolder();
    const { path: cwd } = home;
    const server = await startedServer({ cwd }, ...ON_PROCESSES);
    expect(await dray(['schedule', 'list'], { cwd })).toMatchObject({
      exitCode: 0,
      stdout: 'No deployed function of the environment main has a schedule\n',
    });
    const deployed = await dray(['deploy', EXAMPLE], { cwd });
    expect(deployed.exitCode, deployed.stderr).toBe(0);

    const { beat, nightly, poll } = await schedulesUntil(
      { cwd },
      (each) => each.beat?.lastCall?.state === 'succeeded',
    );
    expect(nightly).toMatchObject({
      ...{ environment: 'main', app: 'reports', paused: false, lastDueAt: null, lastCall: null },
      schedule: {
        ...{ kind: 'cron', expression: '0 2 * * *', timezone: 'Europe/Berlin' },
        ...{ overlap: 'skip', missed: 'run-once' },
      },
    });
    expect(nightly?.nextAt).toMatch(/T0[01]:00:00\.000Z$/);
    const { stdout } = await dray(['schedule', 'list'], { cwd });
    const lines = stdout.split('\n').map((line) => line.split(/ {2,}/));
    expect(lines.map(([name, schedule]) => [name, schedule])).toEqual([
      ...[
        ['FUNCTION', 'SCHEDULE'],
        ['reports::beat', 'every 1 second'],
      ],
      ...[
        ['reports::nightly', '0 2 * * * Europe/Berlin'],
        ['reports::poll', 'every 15 minutes'],
        ['', undefined],
      ],
    ]);

    server.kill('SIGKILL');
    await server.ended;
    await startedServer({ cwd }, ...ON_PROCESSES);
    const later = await schedulesUntil({ cwd }, (each) => {
      const [before, now] = [beat?.lastDueAt ?? '', each.beat?.lastDueAt ?? ''];
      return now > before && each.beat?.lastCall?.state === 'succeeded';
    });
    const due = (schedule: ScheduleReply | undefined) => Date.parse(schedule?.lastDueAt ?? '');
    // Whole periods apart: it did not begin anew.
    expect((due(later.beat) - due(beat)) % 1_000).toBe(0);
    expect(later.poll?.nextAt).toBe(poll?.nextAt);
  });

  it('pauses, also across deployments, resumes, and calls now what is paused', async () => {
    await using home = await tempFolder();
    const { path: cwd } = home;
    await startedServer({ cwd }, ...ON_PROCESSES);
    const args = ['deploy', EXAMPLE];
    expect(await dray(args, { cwd })).toMatchObject({ exitCode: 0 });
    const paused = await dray(['schedule', 'pause', 'reports::beat'], { cwd });
    expect(paused).toMatchObject({ exitCode: 0, stdout: 'Paused reports::beat\n' });
    expect(await dray([...args, '--tag', 'again'], { cwd })).toMatchObject({ exitCode: 0 });
    const { beat } = await listedSchedules({ cwd });
    expect(beat).toMatchObject({ paused: true, nextAt: null });

    const run = ['schedule', 'run', 'reports::nightly', '--json'];
    const { document, exitCode } = await drayJson<{ call: string }>(run, { cwd });
    expect([exitCode, document]).toEqual([
      ...[0, { environment: 'main', app: 'reports', function: 'nightly', call: expect.any(String) }],
    ]);
    expect(document.call).toMatch(/^fc-\w{22}$/);
    expect((await listedSchedules({ cwd })).beat?.lastDueAt).toBe(beat?.lastDueAt);

    const resumed = await drayJson<ScheduleReply>(['schedule', 'resume', 'reports::beat', '--json'], { cwd });
    expect(resumed.document).toMatchObject({ function: 'beat', paused: false });
    await schedulesUntil({ cwd }, (each) => (each.beat?.lastDueAt ?? '') > (beat?.lastDueAt ?? ''));
  });

  it('says which schedules there are where the name is of none', async () => {
    await using home = await tempFolder();
    const { path: cwd } = home;
    await startedServer({ cwd }, ...ON_PROCESSES);
    await dray(['deploy', EXAMPLE], { cwd });
    const unclear = await dray(['schedule', 'run', 'reports'], { cwd });
    expect(unclear.exitCode).toBe(2);
    expect(unclear.stderr).toContain('Code: SCHEDULE_UNCLEAR');
    expect(unclear.stderr).toContain('name one: reports::beat, reports::nightly, reports::poll');
    const unknown = await dray(['schedule', 'pause', 'reports::none'], { cwd });
    expect(unknown.exitCode).toBe(4);
    expect(unknown.stderr).toContain('Code: SCHEDULE_NOT_FOUND');
    const elsewhere = await dray(['schedule', 'pause', 'reports::beat', '--env', 'dev'], { cwd });
    expect(elsewhere.exitCode).toBe(4);
  });
});

describe('templates/cron', () => {
  it('reports on sites: when it is run, and by itself once it is deployed', async () => {
    await using home = await tempFolder();
    const { path: cwd } = home;
    // One that answers without a network, and one that cannot be reached.
    const env = { SITES: 'data:text/plain,hello http://127.0.0.1:9/' };
    const { stdout, stderr, exitCode } = await dray(['run', '--backend', 'process', TEMPLATE], { cwd, env });
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
    expect(stdout).toMatch(/^## \d{4}-\d\d-\d\d \d\d:\d\d UTC: 1 of 2 up$/m);
    expect(stdout).toMatch(
      /^\| DOWN \| http:\/\/127\.0\.0\.1:9\/ \| .+ \| \d+ ms \|\n\| up \| data:text\/plain,hello \| 200 \|/m,
    );

    await startedServer({ cwd }, ...ON_PROCESSES);
    expect(await dray(['deploy', TEMPLATE], { cwd, env })).toMatchObject({ exitCode: 0 });
    const { hourly } = await listedSchedules({ cwd });
    expect(hourly).toMatchObject({ app: 'cron', paused: false, schedule: { expression: '0 * * * *' } });
    expect(await dray(['schedule', 'run', 'cron'], { cwd })).toMatchObject({ exitCode: 0 });
    await expect
      .poll(async () => (await dray(['app', 'logs', 'cron'], { cwd })).stdout)
      .toContain('UTC: 1 of 2 up');
  });
});
