import { mkdir, mkdtemp, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { expect, it } from 'vitest';
import { contextFolder } from '../../../../src/runtime/images/context-folder.ts';

async function folderWith(files: string[]) {
  const folder = await mkdtemp(path.join(tmpdir(), 'dray-folder-'));
  for (const file of files) {
    await mkdir(path.dirname(path.join(folder, file)), { recursive: true });
    await writeFile(path.join(folder, file), file);
  }
  return { folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) };
}

const FILES = ['a.ts', 'b.log', 'keep.log', 'node_modules/x/index.js', 'src/c.ts', 'src/d.log'];

it.each([
  { patterns: [], want: FILES },
  {
    patterns: ['# comment', '', 'node_modules'],
    want: ['a.ts', 'b.log', 'keep.log', 'src/c.ts', 'src/d.log'],
  },
  { patterns: ['*.log', '!keep.log', 'node_modules/'], want: ['a.ts', 'keep.log', 'src/c.ts', 'src/d.log'] },
  { patterns: ['**/*.log', '/node_modules'], want: ['a.ts', 'src/c.ts'] },
  { patterns: ['*', '!src/c.ts'], want: ['src/c.ts'] },
])('leaves out what $patterns say', async ({ patterns, want }) => {
  await using made = await folderWith(FILES);
  const entries = await contextFolder(made.folder, patterns, 'x');
  const files = entries.filter(({ content }) => content.kind === 'file').map((entry) => entry.path);
  expect(files).toEqual(want);
});

it('keeps links and empty folders, and leaves out what is neither file nor folder', async () => {
  await using made = await folderWith(['a']);
  await mkdir(path.join(made.folder, 'empty'));
  await symlink('nowhere', path.join(made.folder, 'link'));
  await execa('mkfifo', [path.join(made.folder, 'pipe')]);
  const entries = await contextFolder(made.folder, [], 'x');
  expect(entries.map((entry) => [entry.path, entry.content.kind])).toEqual([
    ['a', 'file'],
    ['empty', 'folder'],
    ['link', 'link'],
  ]);
});

it('refuses a folder that is too large, and says what makes it large', async () => {
  await using made = await folderWith(['small', 'models/weights', 'models/more', 'video.mp4']);
  // Sparse: they take no space.
  await truncate(path.join(made.folder, 'models/weights'), 900 * 2 ** 20);
  await truncate(path.join(made.folder, 'models/more'), 100 * 2 ** 20);
  await truncate(path.join(made.folder, 'video.mp4'), 200 * 2 ** 20);
  await expect(contextFolder(made.folder, [], 'fromDockerfile("D")')).rejects.toMatchObject({
    code: 'CONTEXT_TOO_LARGE',
    message: `fromDockerfile("D"): ${made.folder} holds 1200 MiB; at most 1024 MiB can be sent to Docker`,
    details: '  1000 MiB  models/\n   200 MiB  video.mp4\n     0 MiB  small',
  });
  const rest = await contextFolder(made.folder, ['models'], 'x');
  expect(rest.map((entry) => entry.path)).toEqual(['small', 'video.mp4']);
});
