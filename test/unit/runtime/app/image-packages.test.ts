import { join } from 'node:path';
import { expect, it } from 'vitest';
import { imagePackages } from '../../../../src/runtime/app/image-packages.ts';
import { Image } from '../../../../src/sdk/image.ts';

const locked = join(import.meta.dirname, '../../../fixtures/locks/npm');

it('lists what an image installs by name and by lock file, without development dependencies', async () => {
  const image = Image.node().npmInstall('sharp@0.34.5', 'b').aptInstall('jq').npmInstallFromLock(locked);
  expect(await imagePackages(image.recipe)).toEqual(['b', 'is-odd', 'sharp@0.34.5']);
});

it('leaves a missing folder to what builds the image', async () => {
  expect(await imagePackages(Image.node().npmInstallFromLock('/no/such').recipe)).toEqual([]);
});
