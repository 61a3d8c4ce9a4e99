/**
 * Names the image of a recipe by its content, so that an unchanged recipe is found without any builder.
 *
 * Pure. The name depends on the recipe, the contents of the files it names, and the Dockerfile's format alone: not on proxies,
 * the CA bundle, the machine or the version of dray. Its host, `dray.localhost`, never leaves the machine (RFC 6761): an image that
 * is missing here can never be mistaken for one of Docker Hub's.
 *
 * Invariants
 * - equal recipes have equal digests, whatever the order of an env step's variables
 * - different steps, or the same in another order, have different digests
 */
import { createHash } from 'node:crypto';
import type { ImageRecipe, ImageStep, PipOptions, StepSecret } from '../../sdk/recipe.ts';
import type { RecipeFiles, StepFiles } from './step-files.ts';

/** Raised with every change that makes another image of the same recipe: tags change, and images are built anew. */
export const DOCKERFILE_FORMAT = 1;

/** Characters of the SHA-256 that are kept: 128 bits. */
const DIGEST_LENGTH = 32;

/** Hex digest of what the image of this recipe depends on: the recipe, and the contents of its files. */
export function recipeDigest(recipe: ImageRecipe, files: RecipeFiles = []): string {
  const steps = recipe.steps.map((step, index) => {
    const plain = canonical(step, files[index]);
    return step.secrets === undefined ? plain : [plain, step.secrets.map(canonicalSecret)];
  });
  const content = [DOCKERFILE_FORMAT, recipe.base, steps];
  return createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, DIGEST_LENGTH);
}

/** Reference under which a host holds the image: the base itself where the recipe adds nothing to it. */
export function imageReference(recipe: ImageRecipe, files: RecipeFiles = []): string {
  return recipe.steps.length === 0 ? recipe.base : referenceOfDigest(recipeDigest(recipe, files));
}

/** The name of an image that dray builds. */
export function referenceOfDigest(digest: string): string {
  return `dray.localhost/image:${digest}`;
}

/** Which secret it is, never what is in it: a new value is no reason to build anew. */
function canonicalSecret(secret: StepSecret): unknown {
  return secret.kind === 'name' ? [secret.kind, secret.name] : [secret.kind];
}

function canonical(step: ImageStep, files: StepFiles | undefined): unknown {
  switch (step.kind) {
    case 'apt-install':
    case 'npm-install':
      return [step.kind, step.packages];
    case 'pip-install':
    case 'uv-pip-install':
      return [step.kind, step.packages, pipOptions(step.options)];
    case 'add-local':
      return [step.kind, files?.digest, step.remote];
    case 'npm-lock':
      return [step.kind, files?.digest, files?.tool];
    case 'pip-requirements':
      return [step.kind, files?.digest, pipOptions(step.options)];
    case 'add-node':
      return [step.kind, step.version];
    case 'run-commands':
      return [step.kind, step.commands];
    case 'dockerfile-commands':
      return [step.kind, step.lines];
    case 'env':
      return [step.kind, Object.entries(step.variables).sort(([a], [b]) => (a < b ? -1 : 1))];
    case 'workdir':
      return [step.kind, step.path];
    case 'user':
      return [step.kind, step.name];
    case 'shell':
      return [step.kind, step.command];
  }
}

function pipOptions({ indexUrl, extraIndexUrl = [], findLinks, pre = false, extraOptions = [] }: PipOptions) {
  return [indexUrl, [extraIndexUrl].flat(), findLinks, pre, extraOptions];
}
