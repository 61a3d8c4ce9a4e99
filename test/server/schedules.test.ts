import { describe, expect, it } from 'vitest';
import type { FunctionManifest } from '../../src/protocol/manifest.ts';
import { cron, period, type Schedule } from '../../src/sdk/schedule.ts';
import { functionManifest } from '../helpers/manifests.ts';
import { testServer } from './test-server.ts';

const OF_APP = '/v1/environments/main/apps/shop';

/** What is sent to deploy an app whose one function has a schedule. */
function deployOf(schedule: unknown): RequestInit {
  const fn: FunctionManifest = { ...functionManifest({ name: 'report' }), schedule: schedule as Schedule };
  const manifest = { app: 'shop', functions: [fn] };
  const body = JSON.stringify({ manifest, bundles: { report: '0'.repeat(64) }, meta: { client: '1' } });
  return { method: 'POST', body, headers: { 'content-type': 'application/json' } };
}

describe('schedules of a server', () => {
  it('are none where nothing is deployed, and names of them are of none', async () => {
    await using server = await testServer();
    expect(await (await server.fetch('/v1/environments/main/schedules')).json()).toEqual({ schedules: [] });
    for (const verb of ['run', 'pause', 'resume']) {
      const reply = await server.fetch(`${OF_APP}/functions/report/schedule/${verb}`, { method: 'POST' });
      expect([reply.status, await reply.json()]).toEqual([
        ...[404, expect.objectContaining({ code: 'SCHEDULE_NOT_FOUND' })],
      ]);
    }
    expect(server.defects).toEqual([]);
  });

  it.each([
    ['an expression that is none', cron('every night'), 'schedule of report: '],
    ['a day that never comes', cron('0 0 31 2 *'), 'schedule of report: there is no such day'],
    ['an unknown time zone', cron('@daily', { timezone: 'Mars/Olympus' }), 'Mars/Olympus'],
    ['a period of nothing', period({}), 'a period of less than a second'],
    ['an unknown policy', { ...cron('@daily'), overlap: 'queue' }, 'overlap'],
  ])('are refused with %s, before anything is deployed', async (_, schedule, says) => {
    await using server = await testServer();
    for (const to of ['deployments', 'plan']) {
      const reply = await server.fetch(`${OF_APP}/${to}`, deployOf(schedule));
      const document = (await reply.json()) as { code: string; message: string };
      expect([reply.status, document.code]).toEqual([400, 'REQUEST_INVALID']);
      expect(document.message).toContain(says);
    }
  });
});
