/**
 * The types of a Python module as a file beside it: reads the module, writes the file, tells whether it is out of date.
 */
import { readFile, stat, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { UserError } from '../../shared/errors.ts';
import { type PythonTypes, pythonTypes } from './python-types.ts';

/** @throws UserError PYTHON_FILE_NOT_FOUND */
export async function readTypes(file: string): Promise<PythonTypes> {
  const path = resolve(file);
  const found = await stat(path).catch(() => undefined);
  if (!found?.isFile()) {
    throw new UserError('PYTHON_FILE_NOT_FOUND', `there is no Python file ${file}`, {
      suggestions: ['name a module: dray types model.py'],
    });
  }
  return pythonTypes(path);
}

/** Writes the types. */
export async function writeTypes(path: string, text: string): Promise<void> {
  await writeFile(path, text);
}

/** @throws UserError PYTHON_TYPES_STALE unless the file holds exactly these types */
export async function checkTypes(file: string, path: string, text: string): Promise<void> {
  const written = await readFile(path, 'utf8').catch(() => undefined);
  if (written !== undefined && withoutCarriage(written) === text) return;
  const what = written === undefined ? `there is no ${path}` : `${path} does not hold the types of ${file}`;
  throw new UserError('PYTHON_TYPES_STALE', what, {
    suggestions: [`write it: dray types ${file} --output ${path}`],
  });
}

/** Git may check a file out with the line ends of Windows. */
function withoutCarriage(text: string): string {
  return text.replaceAll('\r\n', '\n');
}
