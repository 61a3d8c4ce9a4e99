/**
 * `dray call`: list, get, cancel.
 */
import { expect, it, vi } from 'vitest';
import { deployedApp } from './deployed-app.ts';

interface Call {
  id: string;
  state: string;
  function: string;
}

async function made(app: Awaited<ReturnType<typeof deployedApp>>, name: string, body: object) {
  const response = await fetch(`${app.url}/v1/environments/main/apps/invoked/functions/${name}/calls`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${app.token.id}.${app.token.secret}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify(body),
  });
  return (await response.json()) as Call;
}

it('shows calls, their results, and what they wait for; and ends them', async () => {
  await using app = await deployedApp('test/fixtures/apps/invoked.ts');
  const none = await app.dray('call', 'list');
  expect(none.stdout).toBe('No such call is kept in the environment main\n');

  const sum = await made(app, 'add', { args: [1, 2] });
  const failed = await made(app, 'fail', { args: ['too far'] });
  const hanging = await made(app, 'hang', { wait: false });
  await vi.waitFor(async () => {
    const { document } = await app.json<Call>('call', 'get', hanging.id);
    expect(document.state).toBe('running');
  });

  const listed = await app.dray('call', 'list');
  const lines = listed.stdout.trimEnd().split('\n');
  expect(lines.map((line) => line.split(/ {2,}/)[0])).toEqual(['ID', hanging.id, failed.id, sum.id]);
  expect(lines[2]).toMatch(/invoked\/fail {2}failed .* 2 {2,}by a request$/);
  const { document } = await app.json<{ calls: Call[] }>(
    'call',
    'list',
    '--state',
    'failed',
    '--state',
    'running',
  );
  expect(document.calls.map(({ id }) => id)).toEqual([hanging.id, failed.id]);

  expect((await app.dray('call', 'get', sum.id)).stdout).toMatch(/function +invoked\/add\n(?:.*\n)+\n3\n$/);
  expect((await app.dray('call', 'get', failed.id)).stdout).toContain('RangeError: too far');

  const cancelled = await app.json('call', 'cancel', hanging.id);
  expect(cancelled.document).toEqual({ id: hanging.id, cancelled: true });
  const waited = await app.json<Call>('call', 'get', hanging.id, '--wait');
  expect(waited.document.state).toBe('cancelled');

  const unknown = await app.dray('call', 'get', hanging.id.replace(/.$/, '_'));
  expect([unknown.exitCode, unknown.stderr]).toEqual([4, expect.stringContaining('REQUEST_INVALID')]);
  const elsewhere = await app.dray('call', 'get', sum.id, '--env', 'other');
  expect(elsewhere.stderr).toContain('Code: CALL_NOT_FOUND');
});
