/**
 * Ties the recipe of an image to the file that declares it: where each step was written, and what its paths mean.
 *
 * Pure apart from the current folder, which places are shown relative to. It reads none of the files it names.
 *
 * Invariants
 * - every `local` path is absolute; a relative one starts at the folder of the file that calls the step
 */
import { dirname, resolve } from 'node:path';
import type { Image } from '../../sdk/image.ts';
import type { ImageRecipe, ImageStep } from '../../sdk/recipe.ts';
import { declarationPosition, displayPosition } from './source-position.ts';

/** The recipe with places. An image of another copy of the SDK may know no places: then paths start at the current folder. */
export function placedRecipe(image: Pick<Image, 'recipe'> & Partial<Pick<Image, 'declaredAt'>>): ImageRecipe {
  const { recipe, declaredAt } = image;
  return { ...recipe, steps: recipe.steps.map((step, index) => placed(step, declaredAt?.[index] ?? '')) };
}

function placed(step: ImageStep, site: string): ImageStep {
  const position = declarationPosition(site);
  const folder = position === undefined ? process.cwd() : dirname(position.file);
  return {
    ...step,
    ...('local' in step && typeof step.local === 'string' && { local: resolve(folder, step.local) }),
    ...(position !== undefined && { at: displayPosition(position) }),
  };
}
