import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { lockFiles, toolFor } from '../../../../src/runtime/images/lock-files.ts';
import { readRecipeFiles } from '../../../../src/runtime/images/step-files.ts';
import { Image } from '../../../../src/sdk/image.ts';

const LOCKS = path.join(import.meta.dirname, '../../../fixtures/locks');

async function project(manager = 'npm') {
  const folder = await mkdtemp(path.join(tmpdir(), 'dray-lock-'));
  await cp(path.join(LOCKS, manager), folder, { recursive: true });
  const file = path.join(folder, 'package.json');
  return {
    folder,
    file,
    async change(fields: Record<string, unknown>) {
      await writeFile(file, JSON.stringify({ ...JSON.parse(await readFile(file, 'utf8')), ...fields }));
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

const digestOf = async (folder: string) =>
  (await readRecipeFiles(Image.node().npmInstallFromLock(folder).recipe))[0]?.digest;

describe('lockFiles', () => {
  it.each([
    ['npm', 'npm'],
    ['pnpm', 'pnpm@10'],
    ['yarn', 'yarn@1'],
    ['yarn-berry', 'yarn-berry@4'],
    ['bun', 'bun@1'],
  ])('chooses the manager by the lock file: %s', async (folder, tool) => {
    expect(await lockFiles({ kind: 'npm-lock', local: path.join(LOCKS, folder) })).toMatchObject({ tool });
  });

  it('takes the version that package.json names, where it names the same manager', () => {
    const lock = Buffer.from("lockfileVersion: '9.0'\n");
    expect(toolFor('pnpm-lock.yaml', lock, 'pnpm@10.1.2+sha512.abc')).toBe('pnpm@10.1.2');
    expect(toolFor('pnpm-lock.yaml', lock, 'yarn@4.0.0')).toBe('pnpm@10');
    expect(toolFor('pnpm-lock.yaml', Buffer.from("lockfileVersion: '6.0'\n"), undefined)).toBe('pnpm@8');
    expect(toolFor('yarn.lock', Buffer.from('__metadata:\n'), 'yarn@4.5.1')).toBe('yarn-berry@4.5.1');
  });

  it('counts what decides the install, not the version or the scripts of the project', async () => {
    await using locked = await project();
    const before = await digestOf(locked.folder);
    await locked.change({ version: '9.9.9', scripts: { build: 'x' }, description: 'new' });
    expect(await digestOf(locked.folder)).toBe(before);
    await locked.change({ overrides: { 'is-number': '7.0.0' } });
    expect(await digestOf(locked.folder)).not.toBe(before);
  });

  it('sends no script of the project, and nothing else of its folder', async () => {
    await using locked = await project();
    await writeFile(path.join(locked.folder, '.npmrc'), '//registry.example/:_authToken=hunter2\n');
    const { entries } = await lockFiles({ kind: 'npm-lock', local: locked.folder });
    expect(entries.map((entry) => entry.path)).toEqual(['package.json', 'package-lock.json']);
    expect(JSON.stringify(entries)).not.toContain('postinstall');
  });

  it.each([
    { name: 'no lock file', file: 'x.txt', fields: {}, drop: true, want: 'has no lock file' },
    {
      name: 'lock files of two',
      file: 'yarn.lock',
      fields: {},
      want: 'several package managers: package-lock.json, yarn.lock',
    },
    { name: 'a workspace', fields: { workspaces: ['a'] }, want: 'is the root of a workspace' },
    {
      name: 'a folder as dependency',
      fields: { dependencies: { mine: 'file:../mine' } },
      want: 'the dependency mine is a folder of this machine: file:../mine',
    },
  ])('refuses $name', async ({ file, fields, drop, want }) => {
    await using locked = await project();
    await locked.change(fields);
    if (file !== undefined) await writeFile(path.join(locked.folder, file), '');
    if (drop) await rm(path.join(locked.folder, 'package-lock.json'));
    await expect(digestOf(locked.folder)).rejects.toMatchObject({
      code: 'IMAGE_RECIPE_INVALID',
      message: expect.stringContaining(want),
    });
  });

  it('names a folder that does not exist, and a package.json that is not JSON', async () => {
    await expect(digestOf('/no/such/folder')).rejects.toThrow(
      'npmInstallFromLock("folder"): /no/such/folder does not exist',
    );
    await using locked = await project();
    await writeFile(locked.file, '{');
    await expect(digestOf(locked.folder)).rejects.toThrow('package.json is not JSON');
  });
});
