/**
 * Finds the files that a requirements file is made of: itself, and those it includes by `-r` and `-c`.
 *
 * It reads no more of pip's grammar than that (https://pip.pypa.io/en/stable/reference/requirements-file-format/).
 *
 * Invariants
 * - every included file lies in the folder of the requirements file or below it, and keeps its place there
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { ImageStep } from '../../sdk/recipe.ts';
import { type ContextEntry, textEntry } from './build-context.ts';
import { invalidStep, LocalFileError } from './recipe-errors.ts';
import type { ReadFiles } from './step-files.ts';

type RequirementsStep = Extract<ImageStep, { kind: 'pip-requirements' }>;

const INCLUDE = /^\s*(?:-r|--requirement|-c|--constraint)(?:\s+|=)(.+?)\s*(?:\s#.*)?$/;
/** What would have to be built from the user's own folder: `-e .`, `./package`, `file:…`. */
const LOCAL_PACKAGE = /^\s*(?:-e\b|--editable\b|\.{0,2}\/|file:|\.\s*$)/;

/** The requirements file of this step and what it includes. */
export async function requirementsFiles(step: RequirementsStep): Promise<ReadFiles> {
  const folder = path.dirname(step.local);
  const main = path.basename(step.local);
  const found = new Map<string, ContextEntry>();
  const add = async (name: string): Promise<void> => {
    if (found.has(name)) return;
    const text = await readText(step, path.join(folder, name));
    found.set(name, textEntry(name, text));
    for (const line of text.split(/\r?\n/)) {
      if (LOCAL_PACKAGE.test(line)) throw localPackage(step, name, line.trim());
      const included = INCLUDE.exec(line)?.[1];
      if (included !== undefined && !/^[a-z]+:\/\//.test(included)) await add(inFolder(step, name, included));
    }
  };
  await add(main);
  return { entries: [...found.values()], main };
}

function inFolder(step: RequirementsStep, from: string, included: string): string {
  const name = path.posix.join(path.posix.dirname(from), included);
  if (!name.startsWith('../') && !path.isAbsolute(name)) return name;
  throw invalidStep(step, `${from} includes ${included}, which lies outside of its folder`, [
    'move the included file into the folder of the requirements file, or below it',
  ]);
}

async function readText(step: RequirementsStep, file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new LocalFileError(step, file, cause);
  }
}

function localPackage(step: RequirementsStep, file: string, line: string) {
  return invalidStep(step, `${file} names a package of this machine: ${line}`, [
    'only what an index serves can be installed into an image: publish it, or name it by its git address',
  ]);
}
