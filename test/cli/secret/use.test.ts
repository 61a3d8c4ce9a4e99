/**
 * Apps with secrets, run by `dray run` on child processes: what is missing is told before anything starts.
 */
import { expect, it } from 'vitest';
import { dray, drayJson, startDray } from '../../helpers/run-command.ts';
import { tempFolder } from '../../helpers/temp-folder.ts';

const app = (options: string, more = '') => `import { App, Secret } from 'dray';
const app = new App('secrets');
export const f = app.function({ ${options} }, async () => {
  console.log('started');
  return [process.env.A, process.env.B, process.env.C];
});
${more}`;

const run = ['run', '--json', '--backend', 'process', 'app.ts'];

it('names an unknown secret, the nearest one and what to type, and starts nothing', async () => {
  await using folder = await tempFolder({ 'app.ts': app("secrets: [Secret.fromName('strpie')]") });
  const options = { cwd: folder.path };
  await dray(['secret', 'create', 'stripe', 'A=1'], options);
  const { document, exitCode, stderr } = await drayJson(run, options);
  expect(exitCode).toBe(4);
  expect(document).toEqual({
    error: {
      code: 'SECRET_NOT_FOUND',
      message: 'there is no secret strpie in the environment main',
      suggestions: [
        'did you mean stripe?',
        'create it: dray secret create strpie KEY=-',
        'see which there are: dray secret list',
      ],
      ref: 'docs/secrets.md',
    },
  });
  expect(stderr).not.toContain('started');
});

it('names a required key that is missing before anything starts', async () => {
  const requires = "secrets: [Secret.fromName('s', { requiredKeys: ['A', 'TOKEN'] })]";
  await using folder = await tempFolder({ 'app.ts': app(requires) });
  const options = { cwd: folder.path };
  await dray(['secret', 'create', 's', 'A=1'], options);
  const { document, exitCode, stderr } = await drayJson(run, options);
  expect(exitCode).toBe(4);
  expect(document).toMatchObject({
    error: { code: 'SECRET_LACKS_KEYS', message: 'the secret s has no TOKEN; it has A' },
  });
  expect(stderr).not.toContain('started');
});

it('gives functions what the app brings along, the later over the earlier and env over all', async () => {
  const options = `env: { C: 'of env' }, secrets: [
    Secret.fromName('s'), Secret.fromDotenv('conf/a.env'), Secret.fromLocalEnv(['B']),
    Secret.fromObject({ C: 'of object' }),
  ]`;
  await using folder = await tempFolder({ 'app.ts': app(options), 'conf/a.env': 'A=of dotenv\nB=of dotenv' });
  await dray(['secret', 'create', 's', 'A=of name', 'C=of name'], { cwd: folder.path });
  const { document } = await drayJson(run, { cwd: folder.path, env: { B: 'of local env' } });
  expect(document.result).toEqual(['of dotenv', 'of local env', 'of env']);
});

it('has the values there while the module is imported', async () => {
  await using folder = await tempFolder({
    'app.ts': `import { App, isLocal, Secret } from 'dray';
const app = new App('secrets', { secrets: [Secret.fromObject({ A: process.env.TAKEN! })] });
const atImport = process.env.A;
export const f = app.function(async () => [isLocal(), atImport]);`,
  });
  const { document } = await drayJson(run, { cwd: folder.path, env: { TAKEN: 'here' } });
  expect(document.result).toEqual([false, 'here']);
});

it.each([
  ["Secret.fromLocalEnv(['NOT_SET'])", 'NOT_SET'],
  ["Secret.fromDotenv('none.env')", 'none.env'],
])('names what %s does not find before anything starts', async (secret, missing) => {
  await using folder = await tempFolder({ 'app.ts': app(`secrets: [${secret}]`) });
  const { document, exitCode, stderr } = await drayJson(run, { cwd: folder.path });
  expect(exitCode).toBe(2);
  expect(document).toMatchObject({
    error: { code: 'SECRET_SOURCE_MISSING', message: expect.stringContaining(missing) },
  });
  expect(stderr).not.toContain('started');
});

it('gives a changed secret to new containers only', async () => {
  await using folder = await tempFolder({
    'app.ts': `import { App, Secret } from 'dray';
import { existsSync } from 'node:fs';
const app = new App('secrets', { secrets: [Secret.fromName('s')] });
export const first = app.function(async () => process.env.A);
export const second = app.function(async () => process.env.A);
export const main = app.localEntrypoint(async () => {
  const before = await first.remote();
  console.error('change it');
  while (!existsSync('changed')) await new Promise((resolve) => setTimeout(resolve, 20));
  return [before, await first.remote(), await second.remote()];
});`,
  });
  const options = { cwd: folder.path };
  await dray(['secret', 'create', 's', 'A=one'], options);
  const running = startDray(run, options);
  await running.untilPrinted('change it');
  await dray(['secret', 'create', 's', 'A=two', '--force'], options);
  await folder.write('changed', '');
  const { stdout } = await running.ended;
  expect(JSON.parse(stdout).result).toEqual(['one', 'one', 'two']);
});

it('gives an app the secrets of the environment that it runs in', async () => {
  await using folder = await tempFolder({ 'app.ts': app("secrets: [Secret.fromName('s')]") });
  const options = { cwd: folder.path };
  await dray(['environment', 'create', 'staging'], options);
  await dray(['secret', 'create', 's', 'A=of main'], options);
  await dray(['secret', 'create', 's', 'A=of staging', '--env', 'staging'], options);
  expect((await drayJson(run, options)).document.result).toEqual(['of main', null, null]);
  const staging = { ...options, env: { DRAY_ENVIRONMENT: 'staging' } };
  expect((await drayJson(run, staging)).document.result).toEqual(['of staging', null, null]);
  const nowhere = await drayJson([...run.slice(0, -1), '--env', 'stagign', 'app.ts'], options);
  expect(nowhere).toMatchObject({
    exitCode: 4,
    document: { error: { code: 'ENVIRONMENT_NOT_FOUND', message: 'there is no environment stagign' } },
  });
});

it('gives a class its secrets before it is made', async () => {
  await using folder = await tempFolder({
    'app.ts': `import { App, enter, Secret } from 'dray';
const app = new App('secrets', { secrets: [Secret.fromObject({ A: 'of app', B: 'of app' })] });
export const Reader = app.cls({ secrets: [Secret.fromObject({ B: 'of class' })] }, class Reader {
  readonly made = process.env.A;
  entered: string | undefined;
  async [enter]() { this.entered = process.env.B; }
  async read() { return [this.made, this.entered]; }
});
export const main = app.localEntrypoint(async () => new Reader().read.remote());`,
  });
  const { document } = await drayJson(run, { cwd: folder.path });
  expect(document.result).toEqual(['of app', 'of class']);
});
