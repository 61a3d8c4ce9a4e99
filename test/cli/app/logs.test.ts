/**
 * `dray app logs` and `dray container …`, against a server of its own in a process of its own, with a deployed app.
 */
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { DrayClient } from '../../../src/client/dray-client.ts';
import { runningServer } from '../../../src/server/server-record.ts';
import type { die, say } from '../../fixtures/apps/talks.ts';
import { dray, drayJson, startDray } from '../../helpers/run-command.ts';
import { tempFolder } from '../../helpers/temp-folder.ts';

const APP = path.join(import.meta.dirname, '../../fixtures/apps/talks.ts');

/** A server with the app, and a client of it. */
async function deployed(cwd: string) {
  const data = path.join(cwd, 'data');
  const env = { DRAY_DATA_DIR: data, DRAY_BACKEND: 'process' };
  const server = startDray(['server', 'start', '--port', '0', '--quiet'], { cwd, env });
  await server.untilPrinted('listens on');
  const result = await dray(['deploy', APP], { cwd, env });
  expect(result).toMatchObject({ exitCode: 0 });
  const { url, token } = runningServer(data) ?? {};
  const client = new DrayClient({ environment: 'main', ...(url && { url }), ...(token && { token }) });
  return {
    client,
    run: (...args: string[]) => dray(args, { cwd, env }),
    json: <T>(...args: string[]) => drayJson<T>([...args, '--json'], { cwd, env }),
    start: (...args: string[]) => startDray(args, { cwd, env }),
    async [Symbol.asyncDispose]() {
      await client.close();
      server.kill('SIGTERM');
      await server.ended;
    },
  };
}

describe('dray app logs', () => {
  it('shows the last lines, those that are asked for, and those that come', async () => {
    await using home = await tempFolder();
    await using app = await deployed(home.path);
    const saying = await app.client.functions.fromName<typeof say>('talks', 'say');
    const follower = app.start('app', 'logs', 'talks', '--follow', '--source', 'stdout');
    const followed = follower.untilPrinted('line 119\n');
    await saying.remote('line', 120);
    await followed;

    const last = await app.run('app', 'logs', 'talks');
    const expected = Array.from({ length: 100 }, (_, count) => `line ${count + 20}`);
    expect(last).toEqual({ stdout: `${expected.join('\n')}\n`, stderr: '', exitCode: 0 });
    const some = await app.run(
      'app',
      'logs',
      'talks',
      '--since',
      '1h',
      '--search',
      'LINE 11',
      '--show',
      'function',
    );
    expect(some.stdout.split('\n').slice(0, 2)).toEqual(['say line 11', 'say line 110']);
    const { document } = await app.json<{ lines: { text: string }[] }>('app', 'logs', 'talks', '-n', '1');
    expect(document.lines).toEqual([expect.objectContaining({ text: 'line 119', function: 'say' })]);

    const unknown = await app.run('app', 'logs', 'tolks');
    expect([unknown.exitCode, unknown.stderr]).toEqual([4, expect.stringContaining('did you mean talks?')]);
    const time = await app.run('app', 'logs', 'talks', '--since', 'yesterday-ish');
    expect([time.exitCode, time.stderr]).toEqual([2, expect.stringContaining('Code: INVALID_TIME')]);
    follower.kill('SIGINT');
    expect((await follower.ended).exitCode).toBe(130);
  });

  it('tells why containers ended', async () => {
    await using home = await tempFolder();
    await using app = await deployed(home.path);
    const dying = await app.client.functions.fromName<typeof die>('talks', 'die');
    await expect(dying.remote('bye')).rejects.toThrow('exit code 3');
    const ended = () => app.run('app', 'logs', 'talks', '--function', 'die', '--source', 'system', '-n', '1');
    await expect.poll(async () => (await ended()).stdout).toMatch(/ended: it exited with code 3\n$/);
  });
});

describe('dray container', () => {
  it('lists, enters and ends containers, and shows what they printed', async () => {
    await using home = await tempFolder();
    await using app = await deployed(home.path);
    const saying = await app.client.functions.fromName<typeof say>('talks', 'say');
    await saying.remote('hello');
    const { document } = await app.json<{ containers: { id: string }[] }>('container', 'list');
    const id = document.containers[0]?.id ?? '';
    expect((await app.run('container', 'list')).stdout).toMatch(
      new RegExp(`^CONTAINER.*\\n${id} +talks +say +ready`),
    );

    const script = 'cat; echo "$DRAY_FUNCTION" >&2; exit 7';
    const exec = app.run('container', 'exec', id, '--', 'sh', '-c', script);
    expect(await exec).toEqual({ stdout: '', stderr: 'say\n', exitCode: 7 });
    const logs = await app.run('container', 'logs', id, '--source', 'stdout');
    expect(logs.stdout).toBe('hello\n');
    expect((await app.run('container', 'stop', id)).stdout).toBe(`Ended ${id}\n`);
    const gone = await app.run('container', 'stop', id);
    expect([gone.exitCode, gone.stderr]).toEqual([4, expect.stringContaining('Code: CONTAINER_NOT_FOUND')]);
  });
});
