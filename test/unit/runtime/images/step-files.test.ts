import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { placedRecipe } from '../../../../src/runtime/app/place-recipe.ts';
import { imageReference } from '../../../../src/runtime/images/image-tag.ts';
import { contextEntries, readRecipeFiles } from '../../../../src/runtime/images/step-files.ts';
import { Image } from '../../../../src/sdk/image.ts';

async function temporaryFolder() {
  const folder = await mkdtemp(path.join(tmpdir(), 'dray-files-'));
  return { folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) };
}

function requirements(file: string) {
  return placedRecipe(Image.python().aptInstall('jq').pipInstallFromRequirements(file));
}

async function referenceOf(file: string): Promise<string> {
  const recipe = requirements(file);
  return imageReference(recipe, await readRecipeFiles(recipe));
}

describe('readRecipeFiles', () => {
  it('finds a requirements file and all that it includes', async () => {
    await using temporary = await temporaryFolder();
    const file = path.join(temporary.folder, 'requirements.txt');
    await mkdir(path.join(temporary.folder, 'more'));
    await writeFile(
      file,
      'six==1.16.0\n-r more/base.txt # shared\n--constraint=more/pins.txt\n-r https://x/y\n',
    );
    await writeFile(path.join(temporary.folder, 'more/base.txt'), '-c pins.txt\nidna\n');
    await writeFile(path.join(temporary.folder, 'more/pins.txt'), 'idna==3.7\n');
    const [none, files] = await readRecipeFiles(requirements(file));
    expect(none).toBeUndefined();
    expect(files?.main).toBe('requirements.txt');
    expect(contextEntries([files]).map((entry) => entry.path)).toEqual([
      `local/${files?.digest}/requirements.txt`,
      `local/${files?.digest}/more/base.txt`,
      `local/${files?.digest}/more/pins.txt`,
    ]);
  });

  it('names the image by the contents of its files, not by where or when they were written', async () => {
    await using one = await temporaryFolder();
    await using other = await temporaryFolder();
    const [first, second] = [one, other].map(({ folder }) => path.join(folder, 'requirements.txt'));
    for (const file of [first, second]) await writeFile(file as string, 'six==1.16.0\n');
    await utimes(second as string, 1, 1);
    const reference = await referenceOf(first as string);
    expect(await referenceOf(second as string)).toBe(reference);
    await writeFile(second as string, 'six==1.17.0\n');
    expect(await referenceOf(second as string)).not.toBe(reference);
  });

  it('names the step and its place where the file is missing', async () => {
    await expect(readRecipeFiles(requirements('no-such.txt'))).rejects.toMatchObject({
      code: 'IMAGE_FILE_NOT_FOUND',
      exitCode: 2,
      message:
        'pipInstallFromRequirements("no-such.txt") (test/unit/runtime/images/step-files.test.ts:16): ' +
        `${import.meta.dirname}/no-such.txt does not exist`,
    });
  });

  it.each([
    { line: '-e .', want: 'names a package of this machine: -e .' },
    { line: './wheels/x.whl', want: 'names a package of this machine: ./wheels/x.whl' },
    { line: '-r ../up.txt', want: 'includes ../up.txt, which lies outside of its folder' },
  ])('refuses what lies outside of the context: $line', async ({ line, want }) => {
    await using temporary = await temporaryFolder();
    const file = path.join(temporary.folder, 'requirements.txt');
    await writeFile(file, `${line}\n`);
    await expect(readRecipeFiles(requirements(file))).rejects.toThrow(want);
  });
});
