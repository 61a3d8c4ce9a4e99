/**
 * `dray secret list`, `delete` and `rotate-key`.
 */
import { randomBytes } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { dray, drayJson } from '../../helpers/run-command.ts';
import { tempFolder } from '../../helpers/temp-folder.ts';

const DATA = '.local/share/dray';

it('lists names, the count of keys and times, and no value', async () => {
  await using folder = await tempFolder();
  const options = { cwd: folder.path };
  expect((await dray(['secret', 'list'], options)).stdout).toBe(
    'There are no secrets in the environment main\n',
  );
  await dray(['secret', 'create', 'stripe', 'TOKEN=marker-value', 'ID=7'], options);
  await dray(['secret', 'create', 's3', 'TOKEN=marker-value'], options);
  const { stdout } = await dray(['secret', 'list'], options);
  expect(stdout.replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d/g, '(the local time)')).toBe(
    `NAME    KEYS  CREATED           LAST USED
s3      1     (the local time)  never
stripe  2     (the local time)  never
`,
  );
  const { document } = await drayJson<{ secrets: unknown[] }>(['secret', 'list', '--json'], options);
  const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/);
  expect(document.secrets).toEqual([
    { name: 's3', keys: ['TOKEN'], created: time, updated: time, lastUsed: null },
    { name: 'stripe', keys: ['TOKEN', 'ID'], created: time, updated: time, lastUsed: null },
  ]);
  expect(stdout + JSON.stringify(document)).not.toContain('marker');
});

it('says when a secret was last used', async () => {
  await using folder = await tempFolder({
    'app.ts': `import { App, Secret } from 'dray';
const app = new App('secrets');
export const f = app.function({ secrets: [Secret.fromName('used')] }, async () => process.env.A);`,
  });
  const options = { cwd: folder.path };
  for (const name of ['used', 'idle']) await dray(['secret', 'create', name, 'A=1'], options);
  expect((await dray(['run', '-q', '--backend', 'process', 'app.ts'], options)).stdout).toBe('1\n');
  const { document } = await drayJson<{ secrets: { name: string; lastUsed: string | null }[] }>(
    ['secret', 'list', '--json'],
    options,
  );
  expect(document.secrets.map(({ name, lastUsed }) => [name, lastUsed !== null])).toEqual([
    ['idle', false],
    ['used', true],
  ]);
});

it('deletes a secret when it is told yes, and asks nobody who is not there', async () => {
  await using folder = await tempFolder();
  const options = { cwd: folder.path };
  await dray(['secret', 'create', 's3', 'A=1'], options);
  const asked = await dray(['secret', 'delete', 's3'], options);
  expect(asked.exitCode).toBe(2);
  expect(asked.stderr).toContain('--yes');
  const deleted = await drayJson(['secret', 'delete', 's3', '--yes', '--json'], options);
  expect(deleted.document).toEqual({ name: 's3', environment: 'main', deleted: true });
  const again = await dray(['secret', 'delete', 's3', '-y'], options);
  expect(again.exitCode).toBe(4);
  expect(again.stderr).toContain('there is no secret s3 in the environment main');
  const allowed = await drayJson(['secret', 'delete', 's3', '--allow-missing', '--json'], options);
  expect(allowed).toMatchObject({ exitCode: 0, document: { deleted: false } });
});

it('changes the key, and to one that is kept elsewhere', async () => {
  await using folder = await tempFolder({
    'app.ts': `import { App, Secret } from 'dray';
const app = new App('secrets');
export const f = app.function({ secrets: [Secret.fromName('s')] }, async () => process.env.A);`,
  });
  const options = { cwd: folder.path };
  const run = (env = {}) => dray(['run', '-q', '--backend', 'process', 'app.ts'], { ...options, env });
  await dray(['secret', 'create', 's', 'A=one'], options);
  const key = await readFile(folder.file(`${DATA}/secret.key`), 'utf8');
  expect((await stat(folder.file(`${DATA}/secret.key`))).mode & 0o777).toBe(0o600);

  expect((await dray(['secret', 'rotate-key'], options)).stdout).toBe('Sealed 1 secret by a new key\n');
  expect(await readFile(folder.file(`${DATA}/secret.key`), 'utf8')).not.toBe(key);
  expect((await run()).stdout).toBe('one\n');

  const given = randomBytes(32).toString('base64');
  const env = { DRAY_NEW_SECRET_KEY: given };
  const rotated = await drayJson(['secret', 'rotate-key', '--json'], { ...options, env });
  expect(rotated.document).toEqual({ resealed: 1, given: true });
  expect(await readdir(folder.file(DATA))).not.toContain('secret.key');
  expect((await run({ DRAY_SECRET_KEY: given })).stdout).toBe('one\n');
  const without = await run();
  expect(without.exitCode).toBe(3);
  expect(without.stderr).toContain('Code: SECRET_KEY_LOST');
  const wrong = await run({ DRAY_SECRET_KEY: randomBytes(32).toString('base64') });
  expect(wrong.stderr).toContain('Code: SECRET_KEY_WRONG');
  expect(wrong.stderr).not.toContain(given);
});
