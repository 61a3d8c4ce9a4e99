import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkRecipe } from '../../../../src/runtime/images/recipe-check.ts';
import { wantedImage } from '../../../../src/runtime/images/wanted-image.ts';
import { Image } from '../../../../src/sdk/image.ts';

async function project(files: Record<string, string>) {
  const folder = await mkdtemp(path.join(tmpdir(), 'dray-dockerfile-'));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), text);
  }
  return {
    folder,
    file: path.join(folder, 'Dockerfile'),
    write: (name: string, text: string) => writeFile(path.join(folder, name), text),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  };
}

const pathsOf = (image: Awaited<ReturnType<typeof wantedImage>>) =>
  image.dockerfile?.context.map((entry) => entry.path);

describe('wantedImage of a Dockerfile', () => {
  it('sends the folder of the Dockerfile, less what is ignored', async () => {
    await using made = await project({
      Dockerfile: 'FROM x\n',
      '.dockerignore': '*.log\n',
      'a.log': '',
      'a.txt': '',
      'b.txt': '',
    });
    const { recipe } = Image.fromDockerfile(made.file, { ignore: ['b.txt'] });
    const image = await wantedImage(recipe);
    expect(pathsOf(image)).toEqual(['.dockerignore', 'Dockerfile', 'a.txt']);
    expect(image).toMatchObject({ pulled: false, dockerfile: { file: 'Dockerfile' } });
  });

  it("goes by the Dockerfile's own ignore file first, and sends a Dockerfile that is not in its context", async () => {
    await using made = await project({
      'docker/web.Dockerfile': 'FROM x\n',
      'docker/web.Dockerfile.dockerignore': 'docker\n',
      '.dockerignore': '*\n',
      'app.js': '',
    });
    const { recipe } = Image.fromDockerfile(path.join(made.folder, 'docker/web.Dockerfile'), {
      context: made.folder,
    });
    const image = await wantedImage(recipe);
    expect(pathsOf(image)).toEqual(['.dockerignore', 'app.js', '.dray.Dockerfile']);
    expect(image.dockerfile?.file).toBe('.dray.Dockerfile');
  });

  it('has another name with another content, argument or stage, and the same with the same', async () => {
    await using made = await project({ Dockerfile: 'FROM x\n', 'a.txt': 'a', '.dockerignore': 'ignored\n' });
    const referenceOf = async (options = {}) =>
      (await wantedImage(Image.fromDockerfile(made.file, options).recipe)).reference;
    const first = await referenceOf();
    expect(first).toMatch(/^dray\.localhost\/image:[0-9a-f]{32}$/);
    await made.write('ignored', 'x');
    expect(await referenceOf()).toBe(first);
    const others = [await referenceOf({ buildArgs: { A: '1' } }), await referenceOf({ target: 'build' })];
    await made.write('a.txt', 'b');
    others.push(await referenceOf());
    await made.write('Dockerfile', 'FROM y\n');
    others.push(await referenceOf());
    expect(new Set([first, ...others]).size).toBe(5);
  });

  it('is the base of an image of its own where there are steps', async () => {
    await using made = await project({ Dockerfile: 'FROM x\n' });
    const { recipe } = Image.fromDockerfile(made.file).aptInstall('jq');
    const image = await wantedImage(recipe);
    expect(image.recipe.base).toBe(image.base?.reference);
    expect(image.reference).not.toBe(image.base?.reference);
  });

  it('names what is missing', async () => {
    await expect(wantedImage(Image.fromDockerfile('/no/Dockerfile').recipe)).rejects.toMatchObject({
      code: 'IMAGE_FILE_NOT_FOUND',
      message: 'fromDockerfile("Dockerfile"): /no/Dockerfile does not exist',
    });
    await using made = await project({ Dockerfile: 'FROM x\n' });
    const { recipe } = Image.fromDockerfile(made.file, { context: '/no/context' });
    await expect(wantedImage(recipe)).rejects.toThrow('/no/context does not exist');
  });
});

describe('checkRecipe of a Dockerfile', () => {
  it.each([
    { options: { target: '--x' }, want: '"--x" cannot name a stage' },
    { options: { buildArgs: { 'a b': '' } }, want: '"a b" cannot name an argument' },
    { options: { ignore: '*.log' } as never, want: 'ignore is not a list of patterns' },
    { options: { args: {} } as never, want: 'there is no option args' },
  ])('says: $want', ({ options, want }) => {
    const { recipe } = Image.fromDockerfile('Dockerfile', options);
    expect(() => checkRecipe(recipe)).toThrow(`fromDockerfile("Dockerfile"): ${want}`);
  });
});
