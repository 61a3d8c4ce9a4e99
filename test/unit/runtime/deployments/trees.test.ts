/**
 * Local files of recipes: gathered where an app is written, laid out where it is deployed.
 */
import { chmod, lstat, readdir, readFile, readlink, symlink } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { AppManifest } from '../../../../src/protocol/manifest.ts';
import { BlobFolder } from '../../../../src/runtime/blobs/blob-folder.ts';
import { LaidOutTrees } from '../../../../src/runtime/deployments/laid-out-trees.ts';
import { placeManifest, treesOf } from '../../../../src/runtime/deployments/placed-manifest.ts';
import { placeLocalTrees } from '../../../../src/runtime/images/local-trees.ts';
import { wantedImage } from '../../../../src/runtime/images/wanted-image.ts';
import type { ImageRecipe, ImageStep } from '../../../../src/sdk/recipe.ts';
import { appManifest } from '../../../helpers/manifests.ts';
import { type TempFolder, tempFolder } from '../../../helpers/temp-folder.ts';

type LocalStep = Extract<ImageStep, { kind: 'add-local' }>;

const addLocal = (local: string, more: Partial<LocalStep> = {}): LocalStep => ({
  ...{ kind: 'add-local', local, remote: '/app', directory: true, copy: true, ignore: [] },
  ...more,
});

const recipeApp = (...recipes: Partial<ImageRecipe>[]): AppManifest =>
  appManifest(
    ...recipes.map((recipe, index) => ({
      name: `f${index}`,
      image: { base: recipe.dockerfile ? '' : 'node:24-bookworm-slim', steps: [], ...recipe },
    })),
  );

/** A server's side of things: blobs, and trees over them. */
function serverIn(folder: TempFolder) {
  const blobs = new BlobFolder(folder.file('server/blobs'));
  const trees = new LaidOutTrees(folder.file('server/trees'), blobs);
  const receive = async (manifest: AppManifest) => {
    const placed = await placeLocalTrees(manifest);
    for (const [digest, { open }] of placed.blobs) await blobs.put(digest, open());
    return placed.manifest;
  };
  const locals = (manifest: AppManifest) =>
    manifest.functions.flatMap(({ image }) => image.steps.map((step) => ('local' in step ? step.local : '')));
  return { blobs, trees, receive, locals };
}

const STEPS: [string, (files: TempFolder) => Partial<ImageRecipe>][] = [
  ['a folder', (files) => ({ steps: [addLocal(files.file('src'), { ignore: ['*.log', 'node_modules'] })] })],
  [
    'a file',
    (files) => ({ steps: [addLocal(files.file('src/a.ts'), { directory: false, remote: '/a.ts' })] }),
  ],
  ['a lock file', (files) => ({ steps: [{ kind: 'npm-lock', local: files.file('locked') }] })],
  [
    'requirements',
    (files) => ({ steps: [{ kind: 'pip-requirements', local: files.file('py/req.txt'), options: {} }] }),
  ],
  [
    'a Dockerfile in its context',
    (files) => ({ dockerfile: { local: files.file('docker/Dockerfile'), ignore: ['x'] } }),
  ],
  [
    'a Dockerfile elsewhere',
    (files) => ({ dockerfile: { local: files.file('Other.dockerfile'), context: files.file('docker') } }),
  ],
];

const FILES = {
  'src/a.ts': 'export {};',
  'src/b/c.ts': '1',
  'src/noise.log': 'noise',
  'src/node_modules/m/index.js': '2',
  'locked/package.json': JSON.stringify({ name: 'x', scripts: { a: 'b' }, packageManager: 'pnpm@9.1.0' }),
  'locked/pnpm-lock.yaml': "lockfileVersion: '9.0'\n",
  'py/req.txt': '-r more/base.txt\nrequests\n',
  'py/more/base.txt': 'numpy\n',
  'docker/Dockerfile': 'FROM scratch\n',
  'docker/Dockerfile.dockerignore': '*\n!kept\n',
  'docker/.dockerignore': 'kept\n',
  'docker/kept': 'kept',
  'docker/x': 'x',
  'Other.dockerfile': 'FROM scratch\nCOPY . /\n',
};

describe('the files that a recipe names', () => {
  it.each(STEPS)('make the same image on a server as here: %s', async (_what, recipe) => {
    await using files = await tempFolder(FILES);
    const { receive, trees } = serverIn(files);
    const here = recipeApp(recipe(files));
    const placed = await placeManifest(await receive(here), trees);
    const [mine, theirs] = [here, placed].map(({ functions }) => functions[0]?.image as ImageRecipe);
    expect((await wantedImage(theirs as ImageRecipe)).reference).toBe(
      (await wantedImage(mine as ImageRecipe)).reference,
    );
  });

  it.each(STEPS)('are named by nothing of this machine: %s', async (_what, recipe) => {
    await using files = await tempFolder(FILES);
    await using elsewhere = await tempFolder(FILES);
    const sent = (await placeLocalTrees(recipeApp(recipe(files)))).manifest;
    expect(JSON.stringify(sent)).not.toContain(files.path);
    expect((await placeLocalTrees(recipeApp(recipe(elsewhere)))).manifest).toEqual(sent);
  });

  it('are sent without what is ignored, each content once', async () => {
    await using files = await tempFolder({ ...FILES, 'src/same.ts': 'export {};' });
    const ignore = ['*.log', 'node_modules'];
    const { blobs } = await placeLocalTrees(recipeApp({ steps: [addLocal(files.file('src'), { ignore })] }));
    const sent = await Promise.all(
      [...blobs.values()].map(async ({ open }) => {
        const pieces: Uint8Array[] = [];
        const content = open();
        if (content instanceof Uint8Array) return Buffer.from(content).toString();
        for await (const piece of content) pieces.push(piece);
        return Buffer.concat(pieces).toString();
      }),
    );
    expect(sent.filter((text) => !text.startsWith('{'))).toEqual(expect.arrayContaining(['export {};', '1']));
    expect(sent).toHaveLength(3);
  });

  it('are another tree when one changes', async () => {
    await using files = await tempFolder(FILES);
    const { receive, locals } = serverIn(files);
    const app = recipeApp({ steps: [addLocal(files.file('src'))] });
    const before = locals(await receive(app));
    await files.write('src/b/c.ts', '3');
    expect(locals(await receive(app))).not.toEqual(before);
  });
});

describe('a tree on the server', () => {
  it('is laid out once, with permissions and links as they were', async () => {
    await using files = await tempFolder({ 'src/run.sh': '#!/bin/sh', 'src/data/x': 'x' });
    await chmod(files.file('src/run.sh'), 0o755);
    await chmod(files.file('src/data'), 0o555);
    await symlink('../../outside', files.file('src/link'));
    const { receive, trees, locals } = serverIn(files);
    const manifest = await receive(recipeApp({ steps: [addLocal(files.file('src'))] }));
    const [local] = locals(await placeManifest(manifest, trees));
    const at = (name: string) => path.join(local as string, name);
    expect([(await lstat(at('run.sh'))).mode & 0o777, (await lstat(at('data'))).mode & 0o777]).toEqual([
      0o755, 0o555,
    ]);
    expect([await readlink(at('link')), await readFile(at('data/x'), 'utf8')]).toEqual([
      '../../outside',
      'x',
    ]);
    const { ino } = await lstat(at('run.sh'));
    expect(locals(await placeManifest(manifest, trees))).toEqual([local]);
    expect((await lstat(at('run.sh'))).ino).toBe(ino);
    await chmod(files.file('src/data'), 0o755);
  });

  it('is not there at all where a blob of it is missing', async () => {
    await using files = await tempFolder(FILES);
    const { receive, trees, blobs } = serverIn(files);
    const manifest = await receive(recipeApp({ steps: [addLocal(files.file('src'))] }));
    await blobs.collectGarbage(treesOf(manifest), Date.now() + 1e6);
    await expect(placeManifest(manifest, trees)).rejects.toMatchObject({ code: 'BLOB_MISSING' });
    expect(await readdir(files.file('server/trees'))).toEqual([]);
  });

  it('is removed when nobody names it, whatever permissions it has', async () => {
    await using files = await tempFolder({ 'src/data/x': 'x' });
    await chmod(files.file('src/data'), 0o555);
    const { receive, trees } = serverIn(files);
    const manifest = await receive(recipeApp({ steps: [addLocal(files.file('src'))] }));
    await placeManifest(manifest, trees);
    const later = Date.now() + 60_000;
    expect(await trees.collectGarbage(treesOf(manifest), later)).toBe(0);
    expect(await trees.collectGarbage(new Set(), 0)).toBe(0);
    expect(await trees.collectGarbage(new Set(), later)).toBe(1);
    expect(await readdir(files.file('server/trees'))).toEqual([]);
    await chmod(files.file('src/data'), 0o755);
  });
});

describe('a manifest that somebody else made', () => {
  const digest = 'e'.repeat(64);
  const fileAt = (name: string) => ({ kind: 'file', path: name, mode: 0o644, digest, size: 1 });
  const link = (name: string) => ({ kind: 'link', path: name, target: '/etc/shadow' });

  it.each([
    ['/etc/shadow'],
    [`tree:${digest}/../../secret.key`],
    [`tree:${digest}`],
    [`tree:nothing/etc`],
    ['etc/shadow'],
  ])('reads nothing of the server by the path %s', async (local) => {
    await using files = await tempFolder();
    const { trees, blobs } = serverIn(files);
    await blobs.putBytes(Buffer.from('{"entries":[]}'));
    const app = recipeApp({ steps: [addLocal(local)] });
    await expect(
      (async () => {
        for (const each of treesOf(app)) await trees.tree(each);
        return placeManifest(app, trees);
      })(),
    ).rejects.toMatchObject({ code: expect.stringMatching(/FILE_TREE_INVALID|BLOB_MISSING/) });
  });

  it.each<[string, unknown[], (root: string) => Partial<ImageRecipe>]>([
    ['the file of a step', [link('a')], (root) => ({ steps: [addLocal(`${root}/a`, { directory: false })] })],
    [
      'a file of a lock step',
      [{ kind: 'folder', path: 'a', mode: 0o755 }, link('a/package.json')],
      (root) => ({ steps: [{ kind: 'npm-lock', local: `${root}/a` }] }),
    ],
    [
      'an included requirements file',
      [fileAt('req.txt'), link('more.txt')],
      (root) => ({ steps: [{ kind: 'pip-requirements', local: `${root}/req.txt`, options: {} }] }),
    ],
    [
      'a Dockerfile',
      [
        { kind: 'folder', path: 'context', mode: 0o755 },
        link('Dockerfile'),
        fileAt('Dockerfile.dockerignore'),
      ],
      (root) => ({ dockerfile: { local: `${root}/Dockerfile`, context: `${root}/context` } }),
    ],
    [
      'an ignore file',
      [{ kind: 'folder', path: 'context', mode: 0o755 }, fileAt('Dockerfile'), link('context/.dockerignore')],
      (root) => ({ dockerfile: { local: `${root}/Dockerfile`, context: `${root}/context` } }),
    ],
  ])('follows no link out of its tree: %s', async (_what, entries, recipe) => {
    await using files = await tempFolder();
    const { trees, blobs } = serverIn(files);
    const root = `tree:${await blobs.putBytes(Buffer.from(JSON.stringify({ entries })))}`;
    await expect(placeManifest(recipeApp(recipe(root)), trees)).rejects.toMatchObject({
      code: 'FILE_TREE_INVALID',
    });
  });
});
