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
import type { DockerfileBase, ImageRecipe, ImageStep, StepSecret } from '../../sdk/recipe.ts';
import { type Secret, secretDeclaration } from '../../sdk/secret.ts';
import { UserError } from '../../shared/errors.ts';
import { DescribedSecrets } from './describe-secrets.ts';
import { declarationPosition, displayPosition } from './source-position.ts';

/** The recipe with places. An image of another copy of the SDK may know no places: then paths start at the current folder. */
export function placedRecipe(
  image: Pick<Image, 'recipe'> &
    Partial<Pick<Image, 'declaredAt' | 'baseDeclaredAt' | 'secrets' | 'registrySecret'>>,
  described = new DescribedSecrets(),
): ImageRecipe {
  const { recipe, declaredAt, baseDeclaredAt = '', registrySecret } = image;
  const { dockerfile } = recipe;
  return {
    ...recipe,
    ...(registrySecret !== undefined && { login: loginSecret(registrySecret, baseDeclaredAt, described) }),
    ...(dockerfile !== undefined && { dockerfile: placedDockerfile(dockerfile, baseDeclaredAt) }),
    steps: recipe.steps.map((step, index) => {
      const placed = placedStep(step, declaredAt?.[index] ?? '');
      return withSecrets(placed, image.secrets?.[index] ?? [], described);
    }),
  };
}

function placedStep(step: ImageStep, site: string): ImageStep {
  const { folder, at } = placeOf(site);
  return { ...step, ...('local' in step && { local: resolve(folder, step.local) }), ...at };
}

function withSecrets(step: ImageStep, secrets: readonly unknown[], described: DescribedSecrets): ImageStep {
  if (!Array.isArray(secrets) || secrets.some((secret) => secretDeclaration(secret) === undefined)) {
    const place = step.at === undefined ? '' : ` (${step.at})`;
    throw new UserError('INVALID_OPTION', `secrets of a step of an image${place} is not a list of secrets`, {
      suggestions: ['write [Secret.fromName("name")]'],
    });
  }
  return secrets.length === 0 ? step : { ...step, secrets: described.describe(secrets) };
}

function loginSecret(secret: unknown, site: string, described: DescribedSecrets): StepSecret {
  const { at } = placeOf(site).at;
  const [login] = secretDeclaration(secret) === undefined ? [] : described.describe([secret as Secret]);
  if (login !== undefined) return login;
  const place = at === undefined ? '' : ` (${at})`;
  throw new UserError('INVALID_OPTION', `secret of Image.fromRegistry${place} is not a secret`, {
    suggestions: ['write Secret.fromName("name")'],
  });
}

function placedDockerfile(dockerfile: DockerfileBase, site: string): DockerfileBase {
  const { folder, at } = placeOf(site);
  const { context } = dockerfile;
  const placed = context === undefined ? {} : { context: resolve(folder, context) };
  return { ...dockerfile, local: resolve(folder, dockerfile.local), ...placed, ...at };
}

function placeOf(site: string): { folder: string; at: { at?: string } } {
  const position = declarationPosition(site);
  return position === undefined
    ? { folder: process.cwd(), at: {} }
    : { folder: dirname(position.file), at: { at: displayPosition(position) } };
}
