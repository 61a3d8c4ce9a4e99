import { describe, expect, it } from 'vitest';
import { imageReference, recipeDigest } from '../../../../src/runtime/images/image-tag.ts';
import { Image } from '../../../../src/sdk/image.ts';

const base = Image.node('24');

describe('imageReference', () => {
  it('is the base itself where nothing is added', () => {
    expect(imageReference(base.recipe)).toBe('node:24-bookworm-slim');
  });

  it('is a name on this machine alone, made of the content', () => {
    expect(imageReference(base.aptInstall('jq').recipe)).toMatch(/^dray\.localhost\/image:[0-9a-f]{32}$/);
  });

  it('tells apart what pip is told', () => {
    const images = [
      base.pipInstall('six'),
      base.uvPipInstall('six'),
      base.pipInstall('six', { indexUrl: 'https://a.example/simple' }),
      base.pipInstall('six', { extraIndexUrl: 'https://a.example/simple' }),
      base.pipInstall('six', { pre: true }),
      base.pipInstall('six', { extraOptions: ['--no-deps'] }),
      base.dockerfileCommands('USER a'),
      base.user('a'),
      base.shell(['a']),
    ];
    expect(new Set(images.map(({ recipe }) => imageReference(recipe))).size).toBe(images.length);
  });

  it('does not depend on where a step is declared', () => {
    const { recipe } = base.aptInstall('jq');
    const placed = { ...recipe, steps: recipe.steps.map((step) => ({ ...step, at: 'app.ts:1' })) };
    expect(imageReference(placed)).toBe(imageReference(recipe));
  });

  it('stays what it was: a change rebuilds the images of every user', () => {
    const image = base
      .aptInstall('jq')
      .npmInstall('left-pad')
      .runCommands('true')
      .env({ B: '2', A: '1' })
      .workdir('/a');
    expect(imageReference(image.recipe)).toMatchInlineSnapshot(
      `"dray.localhost/image:54beef9d9897334f1c5c1c87481864a7"`,
    );
  });
});

describe('recipeDigest', () => {
  it('is the same for equal recipes, whatever the order of variables', () => {
    const one = base.env({ A: '1', B: '2' }).aptInstall('jq');
    const other = Image.node('24').env({ B: '2', A: '1' }).aptInstall('jq');
    expect(recipeDigest(one.recipe)).toBe(recipeDigest(other.recipe));
  });

  it('survives JSON', () => {
    const { recipe } = base.env({ A: 'ü\n' }).workdir('/x');
    expect(recipeDigest(JSON.parse(JSON.stringify(recipe)))).toBe(recipeDigest(recipe));
  });

  it('differs wherever the image would', () => {
    const images = [
      base.aptInstall('jq'),
      base.aptInstall('jq', 'curl'),
      base.aptInstall('curl', 'jq'),
      base.aptInstall('jq').aptInstall('curl'),
      base.npmInstall('jq'),
      base.runCommands('jq'),
      base.workdir('/jq'),
      base.env({ A: '/jq' }),
      base.env({ A: '1', B: '2' }),
      base.env({ A: '1' }).env({ B: '2' }),
      base.env({ A: '2', B: '1' }),
      Image.node('22').aptInstall('jq'),
      base.aptInstall('jq').workdir('/a'),
      base.workdir('/a').aptInstall('jq'),
    ];
    expect(new Set(images.map((image) => recipeDigest(image.recipe))).size).toBe(images.length);
  });

  it('is the same whether a step is forced or not', () => {
    const image = Image.node('24');
    const forced = image.runCommands('git clone x', { forceBuild: true });
    expect(forced.recipe.steps[0]).toMatchObject({ force: true });
    expect(recipeDigest(forced.recipe)).toBe(recipeDigest(image.runCommands('git clone x').recipe));
  });
});
