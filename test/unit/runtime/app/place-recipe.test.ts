import { expect, it } from 'vitest';
import { placedRecipe } from '../../../../src/runtime/app/place-recipe.ts';
import { Image } from '../../../../src/sdk/image.ts';

const image = Image.python('3.11')
  .aptInstall('jq')
  .pipInstallFromRequirements('models/requirements.txt')
  .pipInstallFromRequirements('/srv/requirements.txt');

it('tells where each step was written', () => {
  expect(placedRecipe(image).steps.map(({ at }) => at)).toEqual([
    'test/unit/runtime/app/place-recipe.test.ts:6',
    'test/unit/runtime/app/place-recipe.test.ts:7',
    'test/unit/runtime/app/place-recipe.test.ts:8',
  ]);
});

it('makes paths absolute, from the folder of the file that declares the step', () => {
  expect(placedRecipe(image).steps.map((step) => ('local' in step ? step.local : ''))).toEqual([
    '',
    `${import.meta.dirname}/models/requirements.txt`,
    '/srv/requirements.txt',
  ]);
});

it('takes an image of another copy of the SDK, which may know no places', () => {
  const [apt] = placedRecipe({ recipe: image.recipe }).steps;
  expect(apt).toEqual({ kind: 'apt-install', packages: ['jq'] });
});

it('gives the step that debianSlim adds the place of its call', () => {
  expect(placedRecipe(Image.debianSlim({ node: '24', python: '3.12' }))).toEqual({
    base: 'python:3.12-slim-bookworm',
    steps: [{ kind: 'add-node', version: '24', at: 'test/unit/runtime/app/place-recipe.test.ts:32' }],
  });
});
