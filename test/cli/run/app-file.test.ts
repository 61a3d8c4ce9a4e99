/**
 * `dray run` of files that are no sound app: each ends with exit code 2 and an error that says where and what to do.
 */
import { expect, it } from 'vitest';
import { dray } from '../../helpers/run-command.ts';
import { tempFolder } from '../../helpers/temp-folder.ts';

const APP = `import { App } from 'dray';\nconst app = new App('shop');\n`;

async function runApp(files: Record<string, string>, reference = 'app.ts') {
  await using folder = await tempFolder(files);
  return await dray(['run', '--backend', 'process', reference], { cwd: folder.path });
}

it('says that there is no such file, and names the nearest one', async () => {
  const { exitCode, stdout, stderr } = await runApp({ 'app.ts': APP }, 'apq.ts');
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
  expect(stderr).toContain('Error: there is no file apq.ts');
  expect(stderr).toContain('did you mean app.ts?');
  expect(stderr).toContain('Code: APP_FILE_NOT_FOUND');
});

it('says that a folder is no app file', async () => {
  const { exitCode, stderr } = await runApp({ 'shop/app.ts': APP }, 'shop');
  expect(exitCode).toBe(2);
  expect(stderr).toContain('Code: APP_FILE_NOT_A_FILE');
});

it('says that a file of another kind is no app file', async () => {
  const { exitCode, stderr } = await runApp({ 'app.py': 'print(1)' }, 'app.py');
  expect(exitCode).toBe(2);
  expect(stderr).toContain('Code: APP_FILE_WRONG_TYPE');
});

it('shows what a file threw at import, at the line of the TypeScript source', async () => {
  const { exitCode, stderr } = await runApp({
    'app.ts': `interface Unused { a: string }\n${APP}\nthrow new TypeError('no database');\n`,
  });
  expect(exitCode).toBe(2);
  expect(stderr).toContain('app.ts threw while it was loaded: TypeError: no database');
  expect(stderr).toMatch(/app\.ts:5:7/);
  expect(stderr).toContain('Code: APP_THREW_AT_IMPORT');
});

it('shows file, line and a code frame of a syntax error', async () => {
  const { exitCode, stderr } = await runApp({ 'app.ts': `${APP}\nconst x = (1 +;\n` });
  expect(exitCode).toBe(2);
  expect(stderr).toContain('app.ts:4:15');
  expect(stderr).toMatch(/4 \| const x = \(1 \+;\n.*\^/);
  expect(stderr).toContain('Code: APP_SYNTAX_ERROR');
});

it('names the module with the syntax error where it is not the app file itself', async () => {
  const { exitCode, stderr } = await runApp({
    'app.ts': `${APP}import './price.ts';\n`,
    'price.ts': 'export const price: = 1;\n',
  });
  expect(exitCode).toBe(2);
  expect(stderr).toContain('price.ts:1:');
  expect(stderr).toContain('Code: APP_SYNTAX_ERROR');
});

it('names the import that finds nothing, its line, and what to install', async () => {
  const { exitCode, stderr } = await runApp({ 'app.ts': `${APP}import 'left-pad-of-nobody';\n` });
  expect(exitCode).toBe(2);
  expect(stderr).toContain('app.ts:3');
  expect(stderr).toContain('npm install left-pad-of-nobody');
  expect(stderr).toContain('Code: APP_IMPORT_NOT_FOUND');
});

it('says that a file declares no app', async () => {
  const { exitCode, stderr } = await runApp({ 'app.ts': 'export const a = 1;\n' });
  expect(exitCode).toBe(2);
  expect(stderr).toContain('app.ts declares no app');
  expect(stderr).toContain('new App("my-app")');
  expect(stderr).toContain('Code: NO_APP');
});

it('says that a file declares two apps, and where', async () => {
  const { exitCode, stderr } = await runApp({ 'app.ts': `${APP}new App('second');\n` });
  expect(exitCode).toBe(2);
  expect(stderr).toMatch(/app\.ts:2.*"shop"/);
  expect(stderr).toMatch(/app\.ts:3.*"second"/);
  expect(stderr).toContain('Code: SEVERAL_APPS');
});

it('says that an app declares nothing to run', async () => {
  const { exitCode, stderr } = await runApp({ 'app.ts': APP });
  expect(exitCode).toBe(2);
  expect(stderr).toContain('Code: NO_FUNCTION');
});

it('names an option that does not exist, with the nearest one and the place', async () => {
  const { exitCode, stderr } = await runApp({
    'app.ts': `${APP}export const f = app.function({ memoryMib: 512 } as object, async () => 1);\n`,
  });
  expect(exitCode).toBe(2);
  expect(stderr).toContain('memoryMiB');
  expect(stderr).toContain('Code: UNKNOWN_OPTION');
});
