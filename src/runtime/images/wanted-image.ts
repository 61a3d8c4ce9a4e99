/**
 * What a recipe asks of a host: the image, what it is built from, and the name that follows from both.
 *
 * A recipe on a Dockerfile of the user's is two images, one on the other: the user's is built as it is, and steps
 * that change build on it without it.
 */
import type { ImageRecipe } from '../../sdk/recipe.ts';
import { type DockerfileImage, readDockerfileImage } from './dockerfile-image.ts';
import { imageReference, recipeDigest, referenceOfDigest } from './image-tag.ts';
import { checkLocal, type LocalStep } from './local-files.ts';
import { type RecipeFiles, readRecipeFiles } from './step-files.ts';

export interface WantedImage {
  readonly reference: string;
  /** Hex digest of all that it is built from. */
  readonly digest: string;
  readonly recipe: ImageRecipe;
  /** What the steps take from the user's disk. */
  readonly files: RecipeFiles;
  /** Of an image that is the user's Dockerfile alone. */
  readonly dockerfile?: DockerfileImage;
  /** It comes from a registry as it is. */
  readonly pulled: boolean;
  /** An image of this machine that has to be there first. */
  readonly base?: WantedImage;
}

/** Reads what the recipe takes from the user's disk. Throws a UserError where something is missing. */
export async function wantedImage(whole: ImageRecipe): Promise<WantedImage> {
  const mounted = mountedFiles(whole);
  await Promise.all(mounted.map(checkLocal));
  const recipe = { ...whole, steps: whole.steps.filter((step) => !mounted.includes(step as LocalStep)) };
  if (recipe.dockerfile === undefined) return imageOfSteps(recipe);
  const dockerfile = await readDockerfileImage(recipe.dockerfile);
  const { digest } = dockerfile;
  const reference = referenceOfDigest(digest);
  const base = { reference, digest, recipe, files: [], dockerfile, pulled: false };
  if (recipe.steps.length === 0) return base;
  return { ...(await imageOfSteps({ base: reference, steps: recipe.steps })), base };
}

/** What of a recipe is no part of the image, but there when a container starts. */
function mountedFiles({ steps }: ImageRecipe): LocalStep[] {
  return steps.filter((step) => step.kind === 'add-local').filter(({ copy }) => !copy);
}

async function imageOfSteps(recipe: ImageRecipe): Promise<WantedImage> {
  const files = await readRecipeFiles(recipe);
  return {
    reference: imageReference(recipe, files),
    digest: recipeDigest(recipe, files),
    recipe,
    files,
    pulled: recipe.steps.length === 0,
  };
}
