/**
 * Lists what `addLocalFile` and `addLocalDir` take from the user's disk, for a layer or for a container.
 *
 * Invariants
 * - a folder is never taken for a file, nor a file for a folder: the error says which call fits
 */
import { stat } from 'node:fs/promises';
import type { ImageStep } from '../../sdk/recipe.ts';
import { UserError } from '../../shared/errors.ts';
import { type ContextEntry, packContext } from './build-context.ts';
import { contextFolder, entryOf } from './context-folder.ts';
import { invalidStep, LocalFileError, placedName } from './recipe-errors.ts';
import type { ReadFiles } from './step-files.ts';

export type LocalStep = Extract<ImageStep, { kind: 'add-local' }>;

/** Name of the file or folder in the step's part of the build context: no word of the user's. */
export const LOCAL_CONTENT = 'content';

/** Throws a UserError where a step's file or folder is not there. */
export async function checkLocal(step: LocalStep): Promise<void> {
  const stats = await reading(step, () => stat(step.local));
  if (stats.isDirectory() === step.directory) return;
  throw step.directory
    ? invalidStep(step, `${step.local} is not a folder`, ['add a single file by addLocalFile'])
    : invalidStep(step, `${step.local} is a folder`, ['add a folder by addLocalDir']);
}

/** The files of a step that bakes a layer. */
export async function localFiles(step: LocalStep): Promise<ReadFiles> {
  return { entries: await entriesAt(step, LOCAL_CONTENT), main: LOCAL_CONTENT };
}

/** An archive of what these steps take, with the paths that it has in a container. */
export async function localArchive(steps: readonly LocalStep[]) {
  const entries = await Promise.all(steps.map((step) => entriesAt(step, step.remote.replace(/^\/+/, ''))));
  return packContext(entries.flat());
}

/** What a step takes, at `place` in an archive or a tree. */
export async function entriesAt(step: LocalStep, place: string): Promise<ContextEntry[]> {
  await checkLocal(step);
  return reading(step, async () => {
    const stats = await stat(step.local);
    const top = await entryOf(step.local, place, stats);
    if (top === undefined) throw invalidStep(step, `${step.local} is neither a file nor a folder`);
    if (!step.directory) return [top];
    const below = await contextFolder(step.local, step.ignore, placedName(step));
    return [top, ...below.map((entry) => ({ ...entry, path: `${place}/${entry.path}` }))];
  });
}

async function reading<T>(step: LocalStep, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    const { code, path = step.local } = error as NodeJS.ErrnoException;
    if (error instanceof UserError || code === undefined) throw error;
    throw new LocalFileError(step, path, error);
  }
}
