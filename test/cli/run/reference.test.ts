/**
 * What `dray run` runs: FILE, FILE::NAME, or what is the only choice.
 */
import { expect, it } from 'vitest';
import { dray, drayJson } from '../../helpers/run-command.ts';
import { tempFolder } from '../../helpers/temp-folder.ts';

const APP = `import { App } from 'dray';
const app = new App('shop');
`;
const FUNCTIONS = `${APP}
/** Adds two numbers. */
export const add = app.function(async (a: number, b: number) => a + b);
export const shout = app.function({ name: 'loud' }, async (text: string) => text.toUpperCase());
`;
const ENTRYPOINT = `${FUNCTIONS}export const main = app.localEntrypoint(async () => 'from main');\n`;
const TWO_ENTRYPOINTS = `${ENTRYPOINT}export const other = app.localEntrypoint(async () => 'from other');\n`;

async function run(app: string, ...args: string[]) {
  await using folder = await tempFolder({ 'app.ts': app });
  return await dray(['run', '--backend', 'process', ...args], { cwd: folder.path });
}

it('runs the sole local entrypoint', async () => {
  expect(await run(ENTRYPOINT, 'app.ts')).toMatchObject({ exitCode: 0, stdout: 'from main\n' });
});

it('runs the sole function where there is no local entrypoint', async () => {
  const app = `${APP}export const add = app.function(async (a: number, b: number) => a + b);\n`;
  expect(await run(app, 'app.ts', '--a', '2', '--b', '40')).toMatchObject({ exitCode: 0, stdout: '42\n' });
});

it('runs a function by its name, and by the name that its options give it', async () => {
  await using folder = await tempFolder({ 'app.ts': ENTRYPOINT });
  const run = (...args: string[]) => dray(['run', '--backend', 'process', ...args], { cwd: folder.path });
  expect(await run('app.ts::add', '--a', '1', '--b', '2')).toMatchObject({ exitCode: 0, stdout: '3\n' });
  expect(await run('./app.ts::loud', '--text', 'hey')).toMatchObject({ exitCode: 0, stdout: 'HEY\n' });
});

it('lists the choices where there are two entrypoints', async () => {
  const { exitCode, stderr } = await run(TWO_ENTRYPOINTS, 'app.ts');
  expect(exitCode).toBe(2);
  expect(stderr).toContain('app.ts has 2 local entrypoints; choose one');
  for (const name of ['main', 'other', 'add', 'loud']) expect(stderr).toContain(`app.ts::${name}`);
  expect(stderr).toContain('Code: FUNCTION_NOT_CHOSEN');
});

it('lists the choices where there are two functions and no entrypoint', async () => {
  const { exitCode, stderr } = await run(FUNCTIONS, 'app.ts');
  expect(exitCode).toBe(2);
  expect(stderr).toContain('app.ts has 2 functions; choose one');
});

it('names the nearest function where there is none of that name', async () => {
  const { exitCode, stderr } = await run(ENTRYPOINT, 'app.ts::ad');
  expect(exitCode).toBe(2);
  expect(stderr).toContain('did you mean app.ts::add?');
  expect(stderr).toContain('Code: FUNCTION_NOT_FOUND');
});

it('says `::` to who typed one colon', async () => {
  const { exitCode, stderr } = await run(ENTRYPOINT, 'app.ts:add');
  expect(exitCode).toBe(2);
  expect(stderr).toContain('did you mean app.ts::add?');
  expect(stderr).toContain('Code: FUNCTION_REFERENCE_INVALID');
});

it.each(['::add', 'app.ts::'])('refuses the reference %s', async (reference) => {
  const { exitCode, stderr } = await run(ENTRYPOINT, reference);
  expect(exitCode).toBe(2);
  expect(stderr).toContain('Code: FUNCTION_REFERENCE_INVALID');
});

it('asks for a file where none is given', async () => {
  const { exitCode, stderr } = await run(ENTRYPOINT);
  expect(exitCode).toBe(2);
  expect(stderr).toContain('reference');
});

it('leaves options after the file to the function', async () => {
  const { exitCode, stderr } = await run(ENTRYPOINT, 'app.ts::add', '--quiet');
  expect(exitCode).toBe(2);
  expect(stderr).toContain('the function has no flag --quiet');
  expect(stderr).toContain('dray run app.ts::add --help');
});

it('names the flags that are missing, and the value that does not fit', async () => {
  await using folder = await tempFolder({ 'app.ts': ENTRYPOINT });
  const run = (...args: string[]) => dray(['run', '--backend', 'process', ...args], { cwd: folder.path });
  const missing = await run('app.ts::add', '--a', '1');
  expect(missing.exitCode).toBe(2);
  expect(missing.stderr).toContain('missing required flag --b');
  const wrong = await run('app.ts::add', '--a', 'one', '--b', '2');
  expect(wrong.exitCode).toBe(2);
  expect(wrong.stderr).toContain('Code: FUNCTION_FLAG_INVALID');
});

it('shows the flags of the function with --help after the file, and as a document with --json', async () => {
  await using folder = await tempFolder({ 'app.ts': ENTRYPOINT });
  const help = await dray(['run', 'app.ts::add', '--help'], { cwd: folder.path });
  expect(help).toMatchObject({ exitCode: 0, stderr: '' });
  expect(help.stdout).toBe(`Adds two numbers.

USAGE
  $ dray run app.ts::add --a=<number> --b=<number>

FLAGS
  --a=<number>   (required)
  --b=<number>   (required)

ALSO IN THIS FILE
  $ dray run app.ts::main
  $ dray run app.ts::loud
`);
  const { document, exitCode } = await drayJson(['run', '--json', 'app.ts::add', '--help'], {
    cwd: folder.path,
  });
  expect(exitCode).toBe(0);
  expect(document).toMatchObject({ reference: 'app.ts::add', others: ['app.ts::main', 'app.ts::loud'] });
});

it('finds an app in another folder, and names it as it was typed', async () => {
  await using folder = await tempFolder({ 'apps/shop/app.ts': ENTRYPOINT, 'here/x': '' });
  const { exitCode, stderr } = await dray(['run', '--backend', 'process', '../apps/shop/app.ts::nothing'], {
    cwd: folder.file('here'),
  });
  expect(exitCode).toBe(2);
  expect(stderr).toContain('../apps/shop/app.ts::add');
});
