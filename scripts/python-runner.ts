/**
 * Makes the Python runner one file: its loader, with the sources of all its modules in it.
 */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';

const LOADER = 'boot.py';
/** Where the loader wants the sources. */
const PLACE = 'SOURCES = {}';

/** Writes the modules of a folder, joined, to a file. */
export async function buildPythonRunner(folder: string, outfile: string): Promise<void> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.py') && name !== LOADER).sort();
  const sources = await Promise.all(
    names.map(async (name) => [name.slice(0, -3), await readFile(path.join(folder, name), 'utf8')] as const),
  );
  const loader = await readFile(path.join(folder, LOADER), 'utf8');
  // JSON of ASCII strings is a Python literal too.
  await writeFile(
    outfile,
    loader.replace(PLACE, () => `SOURCES = ${JSON.stringify(Object.fromEntries(sources))}`),
  );
}
