/**
 * Copies a template into the user's folder, and never over anything of theirs unless asked.
 *
 * Invariants
 * - nothing is written where something would be overwritten: all is checked first
 */
import { constants } from 'node:fs';
import { access, copyFile, mkdir, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EnvironmentError, UserError } from '../shared/errors.ts';

/** The templates, and what each shows. */
export const TEMPLATES = {
  hello: 'one function and a local entrypoint',
  map: 'count the words of many files in parallel',
  stream: 'watch a long call as it goes: what it yields arrives as it comes',
  ffmpeg: 'thumbnails of a video, made in parallel by a program of the image',
  python: 'train a model in Python and serve it',
  cron: 'check web sites each hour and keep a report of it',
  'queue-worker': 'a deployed worker that other programs feed, and read results from',
} as const;

/** From src/cli as from dist/cli, the package's own folder. */
const FOLDER = fileURLToPath(new URL('../../templates/', import.meta.url));

/** Files that belong to the project rather than to the template. */
const KEPT = new Set(['package.json', 'tsconfig.json']);

export interface CopiedTemplate {
  readonly template: string;
  readonly dir: string;
  readonly created: readonly string[];
  readonly kept: readonly string[];
}

/** Copies it. Throws INIT_WOULD_OVERWRITE, or INIT_NOT_WRITTEN where the folder cannot be written to. */
export async function copyTemplate(
  template: string,
  { dir, force }: { dir: string; force: boolean },
): Promise<CopiedTemplate> {
  const from = join(FOLDER, template);
  const entries = await readdir(from, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(from.length + 1))
    .sort();
  const present = await Promise.all(files.map((file) => exists(join(dir, file))));
  const kept = force ? [] : files.filter((file, index) => present[index] && KEPT.has(file));
  const created = files.filter((file) => !kept.includes(file));
  const overwritten = force ? [] : created.filter((file) => present[files.indexOf(file)]);
  if (overwritten.length > 0) {
    throw new UserError('INIT_WOULD_OVERWRITE', `${overwritten.join(', ')} would be overwritten in ${dir}`, {
      suggestions: ['start in a new folder: --dir my-app', 'overwrite what is there: --force'],
    });
  }
  try {
    for (const file of created) {
      await mkdir(dirname(join(dir, file)), { recursive: true });
      await copyFile(join(from, file), join(dir, file));
    }
  } catch (error) {
    throw new EnvironmentError('INIT_NOT_WRITTEN', `cannot write to ${dir}: ${(error as Error).message}`, {
      suggestions: ['start in a folder that you may write to: --dir ~/my-app'],
      cause: error,
    });
  }
  return { template, dir, created, kept };
}

async function exists(path: string): Promise<boolean> {
  return access(path, constants.F_OK).then(
    () => true,
    () => false,
  );
}
