/**
 * Containers of an app that a server keeps running: listed, entered and ended over HTTP.
 */
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { execOnServer } from '../../src/client/exec-connection.ts';
import { ServerClient } from '../../src/client/server-client.ts';
import type { HostedApps } from '../../src/runtime/deployments/hosted-apps.ts';
import { runningServer } from '../../src/server/server-record.ts';
import type { say, wait } from '../fixtures/apps/talks.ts';
import { tempFolder } from '../helpers/temp-folder.ts';
import { type ServingApp, serveApp } from './serving-app.ts';

const APP = path.join(import.meta.dirname, '../fixtures/apps/talks.ts');
const MAIN = { environment: 'main' };

/** An app that serves, and is known as one that is kept running. */
async function hosted(): Promise<
  ServingApp & { http: ServerClient; target: Parameters<typeof execOnServer>[0] }
> {
  const apps = { running: () => [{ ...MAIN, app: 'talks', started: serving.started }] };
  const openApps = async () => ({ ...apps, [Symbol.asyncDispose]: async () => {} }) as unknown as HostedApps;
  const serving: ServingApp = await serveApp(APP, { openApps });
  await serving.server.server.services.apps.get();
  const token = runningServer(serving.server.dataFolder)?.token;
  const { url } = serving.server;
  return Object.assign(serving, { http: new ServerClient({ url, token }), target: { url, token, ...MAIN } });
}

async function ids({ http }: { http: ServerClient }, query = {}): Promise<string[]> {
  const { containers } = await http.request('containers', { params: MAIN, query });
  return containers.map(({ id }) => id);
}

/** Runs a command in a container; what it printed and its exit code. */
async function exec(
  target: Parameters<typeof execOnServer>[0],
  container: string,
  command: string[],
  input = '',
) {
  const printed = { stdout: '', stderr: '' };
  const running = await execOnServer(
    target,
    container,
    { command },
    {
      onOutput: (source, bytes) => {
        printed[source] += Buffer.from(bytes).toString();
      },
    },
  );
  running.write(Buffer.from(input));
  running.end();
  const code = await running.ended;
  return { ...printed, code };
}

describe('containers over HTTP', () => {
  it('are listed with what they run', async () => {
    await using serving = await hosted();
    expect(await ids(serving)).toEqual([]);
    const handle = await serving.client().functions.fromName<typeof say>('talks', 'say');
    await handle.remote('hello');
    const { containers } = await serving.http.request('containers', { params: MAIN });
    expect(containers).toEqual([
      {
        id: expect.stringMatching(/^ct-/),
        ...{ app: 'talks', function: 'say', state: 'ready', draining: false, running: 0 },
        startedAt: expect.stringMatching(/^\d{4}-/),
      },
    ]);
    expect(await ids(serving, { app: 'other' })).toEqual([]);
  });

  it('run commands, with input, output of both kinds and an exit code', async () => {
    await using serving = await hosted();
    const handle = await serving.client().functions.fromName<typeof say>('talks', 'say');
    await handle.remote('hello');
    const [id = ''] = await ids(serving);
    const script = 'read line; echo "out $line $DRAY_FUNCTION"; echo err >&2; exit 3';
    expect(await exec(serving.target, id, ['sh', '-c', script], 'typed\n')).toEqual({
      ...{ stdout: 'out typed say\n', stderr: 'err\n', code: 3 },
    });
    const much = await exec(serving.target, id, ['head', '-c', '20000000', '/dev/zero']);
    expect([much.stdout.length, much.code]).toEqual([20_000_000, 0]);
    const missing = await exec(serving.target, id, ['no-such-program']);
    expect([missing.code, missing.stderr]).toEqual([127, expect.stringContaining('no-such-program')]);
  });

  it('run nothing for who may not deploy, or in a container that is not there', async () => {
    await using serving = await hosted();
    const handle = await serving.client().functions.fromName<typeof say>('talks', 'say');
    await handle.remote('hello');
    const [id = ''] = await ids(serving);
    const reader = { ...serving.target, token: await serving.server.token('read') };
    await expect(exec(reader, id, ['true'])).rejects.toMatchObject({ code: 'SCOPE_MISSING' });
    const nobody = { ...serving.target, token: undefined };
    await expect(exec(nobody, id, ['true'])).rejects.toMatchObject({ code: 'TOKEN_REFUSED' });
    await expect(exec(serving.target, 'ct-none', ['true'])).rejects.toMatchObject({
      code: 'CONTAINER_NOT_FOUND',
    });
    await expect(exec(serving.target, id, [])).rejects.toMatchObject({ code: 'REQUEST_INVALID' });
    const terminal = { command: ['sh'], terminal: { columns: 80, rows: 24 } };
    const started = await execOnServer(serving.target, id, terminal, { onOutput: () => {} });
    await expect(started.ended).rejects.toMatchObject({ code: 'EXEC_UNSUPPORTED' });
  });

  it.each([
    ['begin their calls again elsewhere when they are ended', false, 2],
    ['finish their calls when they are ended gracefully', true, 1],
  ])('%s', async (_name, graceful, begun) => {
    await using folder = await tempFolder();
    await using serving = await hosted();
    const [open, started] = [folder.file('open'), folder.file('started')];
    const pids = async () =>
      (await readFile(started, 'utf8').catch(() => '')).trim().split('\n').filter(Boolean);
    const handle = await serving.client().functions.fromName<typeof wait>('talks', 'wait');
    const result = handle.remote(open, started);
    await expect.poll(pids).toHaveLength(1);
    const [container = ''] = await ids(serving);
    const params = { ...MAIN, container };
    await serving.http.request('stopContainer', { params, body: { graceful } });
    if (!graceful) await expect.poll(pids).toHaveLength(2);
    await writeFile(open, '');
    const all = await pids();
    expect(all).toHaveLength(begun);
    expect(await result).toBe(Number(all.at(-1)));
    await expect.poll(() => ids(serving)).not.toContain(container);
    const again = serving.http.request('stopContainer', { params, body: {} });
    await expect(again).rejects.toMatchObject({ code: 'CONTAINER_NOT_FOUND' });
  });
});
