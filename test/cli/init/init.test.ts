/**
 * `dray init`: what it writes, what it keeps, what it refuses.
 */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { dray, drayJson } from '../../helpers/run-command.ts';
import { tempFolder } from '../../helpers/temp-folder.ts';

const TEMPLATES = path.join(import.meta.dirname, '../../../templates');

it('copies the template hello where none is named', async () => {
  await using folder = await tempFolder();
  const { exitCode, stdout } = await dray(['init'], { cwd: folder.path });
  expect(exitCode).toBe(0);
  expect((await readdir(folder.path)).sort()).toEqual(['app.ts', 'package.json', 'tsconfig.json']);
  expect(await readFile(folder.file('app.ts'), 'utf8')).toBe(
    await readFile(path.join(TEMPLATES, 'hello/app.ts'), 'utf8'),
  );
  expect(stdout).toContain('npx dray run app.ts');
});

it('copies a template into a new folder', async () => {
  await using folder = await tempFolder();
  const { document, exitCode } = await drayJson(['init', 'map', '--dir', 'a/words', '--json'], {
    cwd: folder.path,
  });
  expect(exitCode).toBe(0);
  expect(document).toEqual({
    template: 'map',
    dir: 'a/words',
    created: [
      'app.ts',
      'count-words.ts',
      'package.json',
      'progress-bar.ts',
      'text-files.ts',
      'tsconfig.json',
    ],
    kept: [],
  });
  expect(await readdir(folder.file('a/words'))).toHaveLength(6);
});

it("keeps the user's package.json and tsconfig.json", async () => {
  await using folder = await tempFolder({ 'package.json': '{"name":"mine"}' });
  const { document } = await drayJson(['init', 'hello', '--json'], { cwd: folder.path });
  expect(document).toMatchObject({ created: ['app.ts', 'tsconfig.json'], kept: ['package.json'] });
  expect(await readFile(folder.file('package.json'), 'utf8')).toBe('{"name":"mine"}');
});

it('writes nothing where a file would be overwritten', async () => {
  await using folder = await tempFolder({ 'app.ts': 'mine' });
  const { exitCode, stderr } = await dray(['init', 'hello'], { cwd: folder.path });
  expect(exitCode).toBe(2);
  expect(stderr).toContain('app.ts would be overwritten');
  expect(stderr).toContain('--force');
  expect(stderr).toContain('Code: INIT_WOULD_OVERWRITE');
  expect(await readdir(folder.path)).toEqual(['app.ts']);
  expect(await readFile(folder.file('app.ts'), 'utf8')).toBe('mine');
});

it('overwrites with --force', async () => {
  await using folder = await tempFolder({ 'app.ts': 'mine', 'package.json': '{}' });
  const { exitCode } = await dray(['init', 'hello', '--force'], { cwd: folder.path });
  expect(exitCode).toBe(0);
  expect(await readFile(folder.file('app.ts'), 'utf8')).toContain('new App(');
  expect(await readFile(folder.file('package.json'), 'utf8')).toContain('"dray"');
});

it('names the templates where there is none of that name', async () => {
  await using folder = await tempFolder();
  const { exitCode, stderr } = await dray(['init', 'helo'], { cwd: folder.path });
  expect(exitCode).toBe(2);
  expect(stderr).toContain('hello');
  expect(stderr).toContain('map');
  expect(await readdir(folder.path)).toEqual([]);
});

it('says what is wrong where it cannot write', async () => {
  await using folder = await tempFolder({ file: '' });
  const { exitCode, stderr } = await dray(['init', 'hello', '--dir', 'file/below'], { cwd: folder.path });
  expect(exitCode).toBe(3);
  expect(stderr).toContain('Code: INIT_NOT_WRITTEN');
});
