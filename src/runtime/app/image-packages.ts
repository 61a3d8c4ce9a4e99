/**
 * Which npm packages the image of a recipe installs, so that they are left out of the app's bundle.
 *
 * It reads the package.json of a step that installs from a lock file. That the file is missing or wrong is told by
 * what reads it to build the image.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ImageRecipe, ImageStep } from '../../sdk/recipe.ts';

/** Lines as `npm install` takes them, sorted, so that equal sets are equal. */
export async function imagePackages({ steps }: ImageRecipe): Promise<string[]> {
  return (await Promise.all(steps.map(packagesOf))).flat().sort();
}

async function packagesOf(step: ImageStep): Promise<readonly string[]> {
  if (step.kind === 'npm-install') return step.packages;
  return step.kind === 'npm-lock' ? lockedPackages(join(step.local, 'package.json')) : [];
}

async function lockedPackages(file: string): Promise<string[]> {
  try {
    const { dependencies, optionalDependencies } = JSON.parse(await readFile(file, 'utf8'));
    return Object.keys({ ...dependencies, ...optionalDependencies });
  } catch (error) {
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code !== undefined) return [];
    throw error;
  }
}
