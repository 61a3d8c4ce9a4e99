/**
 * Ctrl-C and its relatives: the run ends with exit code 130, and what it started ends with it.
 */

import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { startDray } from '../../helpers/run-command.ts';
import { type TempFolder, tempFolder } from '../../helpers/temp-folder.ts';

const APP = `import { App } from 'dray';
const app = new App('stops');
export const waits = app.function(async () => {
  console.log('pid ' + process.pid);
  await new Promise((resolve) => setTimeout(resolve, 1e9));
});
export const blocks = app.function({ timeoutMs: 3_600_000 }, async () => {
  process.stdout.write('pid ' + process.pid + '\\n');
  await new Promise((resolve) => setTimeout(resolve, 10));
  for (;;);
});
export const stubborn = app.localEntrypoint(async () => {
  console.log('up');
  setInterval(() => {}, 1000);
  await new Promise(() => {});
});
`;

async function start(folder: TempFolder, name: string) {
  const run = startDray(['run', '--backend', 'process', `app.ts::${name}`], { cwd: folder.path });
  await run.untilPrinted(name === 'stubborn' ? 'up' : 'pid ');
  return run;
}

/** A run that waits for a Docker which takes the connection and never answers. */
async function startWithSilentDocker(folder: TempFolder) {
  const server = createServer((socket) => socket.on('error', () => {}));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const connected = once(server, 'connection');
  const run = startDray(['run', 'app.ts::waits'], {
    cwd: folder.path,
    env: { DOCKER_HOST: `tcp://127.0.0.1:${port}` },
  });
  onTestFinished(() => void server.close());
  await connected;
  return run;
}

/** A zombie that nobody waited for yet counts as gone. */
async function isAlive(pid: string): Promise<boolean> {
  if (!existsSync(`/proc/${pid}`)) return false;
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return stat !== '' && !/\) [ZX] /.test(stat);
}

async function untilGone(pid: string): Promise<void> {
  while (await isAlive(pid)) await delay(50);
}

it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
  'ends in order at %s, and its containers with it',
  async (signal) => {
    await using folder = await tempFolder({ 'app.ts': APP });
    const run = await start(folder, 'waits');
    run.kill(signal);
    const { exitCode, stdout, stderr } = await run.ended;
    expect(exitCode).toBe(130);
    expect(stderr).not.toContain('Error');
    await untilGone(/pid (\d+)/.exec(stdout)?.[1] as string);
  },
);

it('ends containers whose code blocks', async () => {
  await using folder = await tempFolder({ 'app.ts': APP });
  const run = await start(folder, 'blocks');
  run.kill('SIGINT');
  const { exitCode, stdout } = await run.ended;
  expect(exitCode).toBe(130);
  await untilGone(/pid (\d+)/.exec(stdout)?.[1] as string);
});

it('ends an entrypoint that waits for ever', async () => {
  await using folder = await tempFolder({ 'app.ts': APP });
  const run = await start(folder, 'stubborn');
  run.kill('SIGINT');
  expect((await run.ended).exitCode).toBe(130);
});

it('leaves no container when it is killed itself', async () => {
  await using folder = await tempFolder({ 'app.ts': APP });
  const run = await start(folder, 'waits');
  run.kill('SIGKILL');
  const { exitCode, stdout } = await run.ended;
  expect(exitCode).toBe(137);
  await untilGone(/pid (\d+)/.exec(stdout)?.[1] as string);
});

it('ends though Docker does not answer', async () => {
  await using folder = await tempFolder({ 'app.ts': APP });
  const run = await startWithSilentDocker(folder);
  run.kill('SIGINT');
  expect((await run.ended).exitCode).toBe(130);
});

it('ends at the second Ctrl-C without waiting for anything', async () => {
  await using folder = await tempFolder({ 'app.ts': APP });
  const run = await startWithSilentDocker(folder);
  run.kill('SIGINT');
  // Closer together they would be one: npx passes on what the terminal told both.
  await delay(1000);
  run.kill('SIGINT');
  expect((await run.ended).exitCode).toBe(130);
});
