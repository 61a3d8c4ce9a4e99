/**
 * Names the image of a recipe by its content, so that an unchanged recipe is found without any builder.
 *
 * Pure. The name depends on the recipe and on the Dockerfile's format alone: not on proxies, the CA bundle, the
 * machine or the version of dray. Its host, `dray.localhost`, never leaves the machine (RFC 6761): an image that
 * is missing here can never be mistaken for one of Docker Hub's.
 *
 * Invariants
 * - equal recipes have equal digests, whatever the order of an env step's variables
 * - different steps, or the same in another order, have different digests
 */
import { createHash } from 'node:crypto';
import type { ImageRecipe, ImageStep } from '../../sdk/recipe.ts';
import { DOCKERFILE_FORMAT } from './dockerfile.ts';

/** Characters of the SHA-256 that are kept: 128 bits. */
const DIGEST_LENGTH = 32;

/** Hex digest of what the image of this recipe depends on. */
export function recipeDigest(recipe: ImageRecipe): string {
  const content = [DOCKERFILE_FORMAT, recipe.base, recipe.steps.map(canonical)];
  return createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, DIGEST_LENGTH);
}

/** Reference under which a host holds the image: the base itself where the recipe adds nothing to it. */
export function imageReference(recipe: ImageRecipe): string {
  return recipe.steps.length === 0 ? recipe.base : `dray.localhost/image:${recipeDigest(recipe)}`;
}

function canonical(step: ImageStep): unknown {
  switch (step.kind) {
    case 'apt-install':
    case 'npm-install':
      return [step.kind, step.packages];
    case 'run-commands':
      return [step.kind, step.commands];
    case 'env':
      return [step.kind, Object.entries(step.variables).sort(([a], [b]) => (a < b ? -1 : 1))];
    case 'workdir':
      return [step.kind, step.path];
  }
}
