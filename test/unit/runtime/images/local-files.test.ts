import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { containerSpecFor } from '../../../../src/runtime/containers/container-spec.ts';
import { checkRecipe } from '../../../../src/runtime/images/recipe-check.ts';
import { wantedImage } from '../../../../src/runtime/images/wanted-image.ts';
import { Image } from '../../../../src/sdk/image.ts';

const base = Image.node('24');

async function fileAndFolder() {
  const folder = await mkdtemp(path.join(tmpdir(), 'dray-local-'));
  const file = path.join(folder, 'a.txt');
  await writeFile(file, 'a');
  return { folder, file, [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) };
}

it('keeps mounted files out of the image, and gives them to its containers', async () => {
  await using made = await fileAndFolder();
  const image = base.addLocalFile(made.file, '/a.txt').addLocalFile(made.file, '/b.txt', { copy: true });
  expect((await wantedImage(base.addLocalFile(made.file, '/a.txt').recipe)).reference).toBe(
    'node:24-bookworm-slim',
  );
  expect((await wantedImage(image.recipe)).recipe.steps).toMatchObject([{ remote: '/b.txt' }]);
  const fn = { name: 'f', image: image.recipe, env: {}, cpu: 1, memoryMiB: 1 };
  const spec = containerSpecFor({ app: 'app', environment: 'main' }, fn as never, { image: 'image' }, [
    'node',
  ]);
  expect(spec.mounts).toMatchObject([{ local: made.file, remote: '/a.txt' }]);
});

it.each([{ copy: true }, { copy: false }])(
  'refuses what is missing or of the wrong kind with %j',
  async (options) => {
    await using made = await fileAndFolder();
    const cases = [
      [base.addLocalFile('/no/such', '/x', options), '/no/such does not exist'],
      [base.addLocalFile(made.folder, '/x', options), `${made.folder} is a folder`],
      [base.addLocalDir(made.file, '/x', options), `${made.file} is not a folder`],
    ] as const;
    for (const [image, want] of cases) await expect(wantedImage(image.recipe)).rejects.toThrow(want);
  },
);

it.each([
  { image: base.addLocalFile('a', 'x'), want: 'addLocalFile("a", "x"): the path is not absolute' },
  {
    image: base.addLocalDir('a', '/'),
    want: 'addLocalDir("a", "/"): the root of an image cannot be replaced',
  },
  { image: base.addLocalDir('a', '/$HOME'), want: 'holds a quote, a dollar or a backslash' },
  { image: base.addLocalDir('a', '/a', { ignore: [1] as never }), want: 'ignore is not a list of patterns' },
])('says: $want', ({ image, want }) => {
  expect(() => checkRecipe(image.recipe)).toThrow(want);
});

it('puts a file into the folder that ends in a slash', () => {
  expect(base.addLocalFile('data/a.txt', '/etc/').recipe.steps).toMatchObject([{ remote: '/etc/a.txt' }]);
});
