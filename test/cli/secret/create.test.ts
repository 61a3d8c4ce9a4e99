/**
 * `dray secret create`: every source of values, what they may hold, and what is refused.
 */
import { expect, it } from 'vitest';
import { dray, drayJson } from '../../helpers/run-command.ts';
import { type TempFolder, tempFolder } from '../../helpers/temp-folder.ts';

/** Says what the secret `s` gives to a function. */
const APP = `import { App, Secret } from 'dray';
const app = new App('secrets', { secrets: [Secret.fromName('s')] });
export const show = app.function(async (...keys: string[]) => keys.map((key) => process.env[key] ?? null));
`;

/** Values of the secret as a function gets them. */
async function shown(folder: TempFolder, ...keys: string[]): Promise<unknown> {
  await folder.write('app.ts', APP);
  const args = ['run', '--json', '--backend', 'process', 'app.ts', ...keys];
  const { document, stderr } = await drayJson<{ result: unknown }>(args, { cwd: folder.path });
  return document.result ?? stderr;
}

const DOTENV = `PLAIN=one
QUOTED="two
lines"
EQUALS=a=b==
SINGLE='"so" it is'
UTF8=grün 🔑
`;
const KEYS = ['PLAIN', 'QUOTED', 'EQUALS', 'SINGLE', 'UTF8'];
const VALUES = ['one', 'two\nlines', 'a=b==', '"so" it is', 'grün 🔑'];

it('takes values as arguments, with quotes, newlines, equals signs and any letters in them', async () => {
  await using folder = await tempFolder();
  const pairs = KEYS.map((key, index) => `${key}=${VALUES[index]}`);
  const { stdout, stderr, exitCode } = await dray(['secret', 'create', 's', ...pairs], { cwd: folder.path });
  expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
  expect(stdout).toBe(
    'Stored s in main, with PLAIN, QUOTED, EQUALS, SINGLE, UTF8\n\nUse it: secrets: [Secret.fromName("s")]\n',
  );
  expect(await shown(folder, ...KEYS)).toEqual(VALUES);
});

it('takes values from a .env file, and an argument over one of them', async () => {
  await using folder = await tempFolder({ 'a.env': DOTENV });
  const args = ['secret', 'create', 's', 'PLAIN=other', '--from-dotenv', 'a.env'];
  expect((await dray(args, { cwd: folder.path })).exitCode).toBe(0);
  expect(await shown(folder, ...KEYS)).toEqual(['other', ...VALUES.slice(1)]);
});

it('takes values from .env text on stdin', async () => {
  await using folder = await tempFolder();
  const options = { cwd: folder.path, input: DOTENV };
  expect((await dray(['secret', 'create', 's', '--from-dotenv', '-'], options)).exitCode).toBe(0);
  expect(await shown(folder, ...KEYS)).toEqual(VALUES);
});

it('takes values from a JSON file and from JSON on stdin', async () => {
  const json = JSON.stringify(Object.fromEntries(KEYS.map((key, index) => [key, VALUES[index]])));
  await using folder = await tempFolder({ 'a.json': json });
  const { document } = await drayJson(['secret', 'create', 's', '--from-json', 'a.json', '--json'], {
    cwd: folder.path,
  });
  expect(document).toEqual({ name: 's', environment: 'main', keys: KEYS, replaced: false });
  expect(await shown(folder, ...KEYS)).toEqual(VALUES);
  const again = ['secret', 'create', 's', '--from-json', '-', '--force', '--json'];
  const replaced = await drayJson(again, { cwd: folder.path, input: '{"PLAIN":"new"}' });
  expect(replaced.document).toMatchObject({ keys: ['PLAIN'], replaced: true });
  expect(await shown(folder, 'PLAIN', 'UTF8')).toEqual(['new', null]);
});

it('takes one value from stdin, without the newline at its end alone', async () => {
  await using folder = await tempFolder();
  const pem = '-----BEGIN-----\nü=\n\n-----END-----\n';
  const options = { cwd: folder.path, input: `${pem}\n` };
  expect((await dray(['secret', 'create', 's', 'PEM=-', 'ID=7'], options)).exitCode).toBe(0);
  expect(await shown(folder, 'PEM', 'ID')).toEqual([pem, '7']);
});

it('keeps one that is there, unless it is told to replace it', async () => {
  await using folder = await tempFolder();
  await dray(['secret', 'create', 's', 'A=one'], { cwd: folder.path });
  const { stderr, stdout, exitCode } = await dray(['secret', 'create', 's', 'A=two'], { cwd: folder.path });
  expect({ exitCode, stdout }).toEqual({ exitCode: 4, stdout: '' });
  expect(stderr).toContain('there is a secret s in the environment main already');
  expect(stderr).toContain('--force');
  expect(await shown(folder, 'A')).toEqual(['one']);
  expect((await dray(['secret', 'create', 's', 'A=two', '--force'], { cwd: folder.path })).exitCode).toBe(0);
  expect(await shown(folder, 'A')).toEqual(['two']);
});

it.each([
  ['no value at all', [], 'SECRET_VALUES'],
  ['an argument without a key', ['marker-value'], 'SECRET_INPUT'],
  ['an argument with an empty key', ['=marker-value'], 'SECRET_INPUT'],
  ['a key that no variable can have', ['A-B=marker-value'], 'SECRET_VALUES'],
  ['two values from one stdin', ['A=-', 'B=-'], 'SECRET_INPUT'],
  ['two files from one stdin', ['--from-json', '-', '--from-dotenv', '-'], 'SECRET_INPUT'],
  ['a file that is not there', ['--from-dotenv', 'none.env'], 'SECRET_INPUT'],
  ['a file that is no JSON', ['--from-json', 'text'], 'SECRET_INPUT'],
  ['JSON that is no object', ['--from-json', 'list.json'], 'SECRET_INPUT'],
  ['JSON with a number', ['--from-json', 'number.json'], 'SECRET_VALUES'],
])('refuses %s, shows none of it and stores nothing', async (_, args, code) => {
  await using folder = await tempFolder({
    text: '{"A": marker-value}',
    'list.json': '["marker-value"]',
    'number.json': '{"A": {"marker-value": 5}}',
  });
  const options = { cwd: folder.path, input: 'marker-value' };
  const { document, stderr, exitCode } = await drayJson(
    ['secret', 'create', 's', ...args, '--json'],
    options,
  );
  expect(document).toMatchObject({ error: { code } });
  expect(exitCode).toBe(2);
  expect(JSON.stringify(document) + stderr).not.toContain('marker');
  const list = await drayJson(['secret', 'list', '--json'], options);
  expect(list.document).toEqual({ environment: 'main', secrets: [] });
});
