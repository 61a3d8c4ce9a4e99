/**
 * However a run ends, its containers end.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { dray } from '../helpers/run-command.ts';
import { dockerApp, engineEnvironment, newestEngine } from './docker-app.ts';

const BUSY = `
export const busy = app.function({ cpu: 0.1, memoryMiB: 32 }, async (n: number) => {
  console.log('busy ' + n);
  const end = Date.now() + 3_600_000;
  while (Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 5));
});
export const main = app.localEntrypoint(async () => {
  await Promise.all(Array.from({ length: 8 }, (_, n) => busy.remote(n)));
});`;

async function startBusy(app: Awaited<ReturnType<typeof dockerApp>>) {
  const run = app.start('-q', 'app.ts');
  await Promise.all(Array.from({ length: 8 }, (_, n) => run.untilPrinted(`busy ${n}\n`)));
  expect(await app.containers()).toHaveLength(8);
  return run;
}

it('leaves none of 8 busy containers when the command is killed with -9', async () => {
  await using app = await dockerApp(BUSY);
  const run = await startBusy(app);
  run.kill('SIGKILL');
  await run.ended;
  await app.gone();
});

it('removes what a killed command left with the next command', async () => {
  await using app = await dockerApp(`
export const deaf = app.function({ cpu: 0.1 }, async () => { console.log('up'); await new Promise((r) => setTimeout(r, 50)); for (;;); });`);
  const run = app.start('-q', 'app.ts');
  await run.untilPrinted('up');
  run.kill('SIGKILL');
  await run.ended;
  await using other = await dockerApp('export const main = app.function(async () => 1);');
  expect((await other.run('-q', 'app.ts')).exitCode).toBe(0);
  await app.gone();
});

it.each(['SIGINT', 'SIGTERM'] as const)('leaves none of 8 busy containers at %s', async (signal) => {
  await using app = await dockerApp(BUSY);
  const run = await startBusy(app);
  run.kill(signal);
  expect((await run.ended).exitCode).toBe(130);
  await app.gone();
});

it('leaves no half-built image and no builder at Ctrl-C amid a build', async () => {
  await using app = await dockerApp(
    `export const main = app.function(
       { image: Image.node('24').runCommands('echo build-is-on-${Date.now()}; sleep 3600') }, async () => 1);`,
  );
  const run = app.start('app.ts');
  await run.untilPrinted('building ');
  await delay(500);
  run.kill('SIGINT');
  expect((await run.ended).exitCode).toBe(130);
  await app.gone();
});

it('leaves none after a run that went well', async () => {
  await using app = await dockerApp(`
export const add = app.function(async (n: number) => n + 1);
export const main = app.localEntrypoint(() => add.map([1, 2, 3]));`);
  const { document } = await app.json('app.ts');
  expect(document.result).toEqual([2, 3, 4]);
  await app.gone();
});

it('reaps with a command of its own environment', async () => {
  await using app = await dockerApp('export const main = app.function(async () => 1);');
  const options = { cwd: app.folder.path, env: engineEnvironment(newestEngine()) };
  expect((await dray(['run', '-q', '--backend', 'docker', 'app.ts'], options)).exitCode).toBe(0);
});
