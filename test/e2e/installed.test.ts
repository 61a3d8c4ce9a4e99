/**
 * The package as npm gives it to a user: installed in an empty folder, a template started, run, and type-checked.
 */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';
import { beforeAll, describe, expect, it } from 'vitest';
import { type TempFolder, tempFolder } from '../helpers/temp-folder.ts';
import { engineEnvironment, newestEngine } from './docker-app.ts';

const ROOT = path.join(import.meta.dirname, '../..');
const { devDependencies } = JSON.parse(await readFile(path.join(ROOT, 'package.json'), 'utf8')) as {
  devDependencies: Record<string, string>;
};

describe('the package, installed in an empty folder', () => {
  let folder: TempFolder;

  beforeAll(async () => {
    folder = await tempFolder();
    await execa('npm', ['pack', '--ignore-scripts', '--pack-destination', folder.path], { cwd: ROOT });
    const tarball = (await readdir(folder.path)).find((name) => name.endsWith('.tgz')) as string;
    const others = ['typescript', '@types/node'].map((name) => `${name}@${devDependencies[name]}`);
    await execa(
      'npm',
      ['install', '--no-audit', '--no-fund', '--prefer-offline', `./${tarball}`, ...others],
      {
        cwd: folder.path,
      },
    );
    return () => folder[Symbol.asyncDispose]();
  });

  /** As a user types it there; the Node of these tests comes first. */
  const npx = (...command: string[]) =>
    execa('npx', ['--no', '--', ...command], {
      cwd: folder.path,
      env: { ...engineEnvironment(newestEngine()), NODE_ENV: undefined, NO_COLOR: '1' },
      stdin: 'ignore',
    });

  it.each(['hello', 'map'])('starts the template %s, runs it, and finds no type wrong', async (template) => {
    await npx('dray', 'init', template, '--force');
    const flags = template === 'map' ? ['--dir', path.join(ROOT, 'docs'), '--check'] : [];
    const { stdout } = await npx('dray', 'run', 'app.ts', ...flags);
    expect(stdout).toContain(template === 'map' ? '"words": ' : 'Hello, world! This is Node');
    await npx('tsc', '--noEmit');
  });

  it('finds a wrong call wrong', async () => {
    await npx('dray', 'init', 'hello', '--force');
    const app = await readFile(folder.file('app.ts'), 'utf8');
    await folder.write('app.ts', app.replace('greet.remote(name)', 'greet.remote(42)'));
    await expect(npx('tsc', '--noEmit')).rejects.toMatchObject({
      stdout: expect.stringContaining('TS2345'),
    });
  });
});
