/**
 * Reads what the steps of a recipe take from the user's disk, so that the name of an image says what is in it.
 *
 * Each kind of step knows which files it needs; here they are put together and get their place in the build context.
 *
 * Invariants
 * - same contents, same digest, wherever the files lie and whenever they were written
 * - the digest covers every byte that a build can see
 */
import type { ImageRecipe, ImageStep } from '../../sdk/recipe.ts';
import type { ContextEntry } from './build-context.ts';
import { contentDigest } from './content-digest.ts';
import { localFiles } from './local-files.ts';
import { lockFiles } from './lock-files.ts';
import { requirementsFiles } from './requirements-files.ts';

/** What one step takes, before it has a place. Paths are relative to a folder of the step's own. */
export interface ReadFiles {
  readonly entries: readonly ContextEntry[];
  /** Path of the file that the step is about. */
  readonly main: string;
  /** What installs it, where the files decide that: `pnpm@10.1.0`. */
  readonly tool?: string;
}

export interface StepFiles extends ReadFiles {
  readonly digest: string;
  /** The step's folder in the build context. */
  readonly folder: string;
}

/** One for each step of a recipe; none for a step that takes no files. */
export type RecipeFiles = readonly (StepFiles | undefined)[];

/** The files of each step. Throws a UserError, with the step's place, where one is missing or cannot be used. */
export async function readRecipeFiles(recipe: ImageRecipe): Promise<RecipeFiles> {
  return Promise.all(
    recipe.steps.map(async (step) => {
      const read = await readStep(step);
      if (read === undefined) return undefined;
      const digest = await contentDigest(read.entries);
      // Named by content, so that a builder's cache knows it wherever it is in the recipe.
      return { ...read, digest, folder: `local/${digest}` };
    }),
  );
}

/** The entries of the build context. */
export function contextEntries(files: RecipeFiles): ContextEntry[] {
  const byFolder = new Map(files.flatMap((each) => (each === undefined ? [] : [[each.folder, each]])));
  return [...byFolder.values()].flatMap(({ folder, entries }) =>
    entries.map((entry) => ({ ...entry, path: `${folder}/${entry.path}` })),
  );
}

async function readStep(step: ImageStep): Promise<ReadFiles | undefined> {
  switch (step.kind) {
    case 'pip-requirements':
      return requirementsFiles(step);
    case 'add-local':
      return localFiles(step);
    case 'npm-lock':
      return lockFiles(step);
    default:
      return undefined;
  }
}
