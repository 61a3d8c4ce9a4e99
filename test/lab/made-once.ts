/**
 * Keeps one expensive folder: makes it the first time, finds it made afterwards.
 *
 * The folder is filled under a temporary name beside its place and renamed when complete. It does not
 * know what goes in, and the caller holds the lab's lock.
 *
 * Invariants
 * - the folder exists under its own name only when it is complete
 * - remains of an interrupted making are removed by the next
 */
import { access, mkdir, readdir, rename } from 'node:fs/promises';
import path from 'node:path';
import { endMarked } from './daemon.ts';
import { removeTree } from './remove-tree.ts';

/** Returns `folder`, filled by `make` if it was not there. */
export async function madeOnce(folder: string, make: (temporary: string) => Promise<void>): Promise<string> {
  if (await exists(folder)) return folder;
  const parent = path.dirname(folder);
  await mkdir(parent, { recursive: true });
  const prefix = `.making-${path.basename(folder)}-`;
  for (const name of await readdir(parent)) {
    if (!name.startsWith(prefix)) continue;
    await endMarked(path.join(parent, name), 1000);
    await removeTree(path.join(parent, name));
  }
  const temporary = path.join(parent, `${prefix}${process.pid}`);
  await mkdir(temporary);
  try {
    await make(temporary);
    await rename(temporary, folder);
  } catch (error) {
    await removeTree(temporary);
    throw error;
  }
  return folder;
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
