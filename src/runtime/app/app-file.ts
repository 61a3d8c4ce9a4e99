/**
 * Checks that what the user named is an app file, before anything loads it.
 *
 * Reads folders only, never the file itself.
 */
import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { UserError } from '../../shared/errors.ts';
import { nearestName } from '../../shared/names.ts';
import { displayPath } from './source-position.ts';

/** Extensions that can hold an app. */
const EXTENSIONS: readonly string[] = ['.ts', '.mts', '.cts', '.tsx', '.js', '.mjs', '.cjs', '.jsx'];

/**
 * The absolute path of an app file.
 *
 * @throws UserError APP_FILE_NOT_FOUND, APP_FILE_NOT_A_FILE or APP_FILE_WRONG_TYPE
 */
export async function findAppFile(file: string): Promise<string> {
  const path = resolve(file);
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
    throw error;
  });
  if (found === undefined) {
    throw new UserError('APP_FILE_NOT_FOUND', `there is no file ${displayPath(path)}`, {
      suggestions: await suggestionsFor(path),
    });
  }
  if (!found.isFile()) {
    const inside = (await appFilesIn(path)).map((name) => displayPath(join(path, name)));
    throw new UserError(
      'APP_FILE_NOT_A_FILE',
      `${displayPath(path)} is ${found.isDirectory() ? 'a folder' : 'no regular file'}, not an app file`,
      { suggestions: inside.length > 0 ? [`name a file in it: ${inside.slice(0, 5).join(', ')}`] : [] },
    );
  }
  if (!EXTENSIONS.includes(extname(path))) {
    throw new UserError(
      'APP_FILE_WRONG_TYPE',
      `${displayPath(path)} is not a TypeScript or JavaScript file`,
      {
        suggestions: [`an app file ends in ${EXTENSIONS.join(', ')}`],
      },
    );
  }
  return path;
}

async function suggestionsFor(missing: string): Promise<string[]> {
  const folder = dirname(missing);
  const candidates = await appFilesIn(folder);
  const wanted = basename(missing);
  const near =
    candidates.find((name) => basename(name, extname(name)) === basename(wanted, extname(wanted))) ??
    nearestName(wanted, candidates);
  if (near !== undefined) return [`did you mean ${displayPath(join(folder, near))}?`];
  if (candidates.length === 0) return ['create one with: dray init'];
  const shown = candidates.slice(0, 5).map((name) => displayPath(join(folder, name)));
  return [`there is ${shown.join(', ')}`];
}

/** Files of a folder that could hold an app, sorted; none where there is no such folder. */
async function appFilesIn(folder: string): Promise<string[]> {
  try {
    const names = await readdir(folder);
    return names.filter((name) => EXTENSIONS.includes(extname(name)) && !name.endsWith('.d.ts')).sort();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return [];
    throw error;
  }
}
