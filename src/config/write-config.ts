/**
 * Writes the settings file as one step: whoever reads it sees the old text or the new one, and a crash leaves one of
 * the two.
 *
 * Invariants
 * - the mode is 0600 from the first byte: the file may hold a secret
 * - a symbolic link stays one; the file it points to is replaced, or made where it is missing
 */
import { randomBytes } from 'node:crypto';
import { mkdir, open, readlink, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { fileError } from './config-errors.ts';

/** As many as Linux follows before it calls them a loop. */
const MOST_LINKS = 40;

/** Replaces the file at `file` by `text`; its folder is created where missing. Throws CONFIG_FILE. */
export async function writeConfigFile(file: string, text: string): Promise<void> {
  try {
    await replaceFile(await linkTarget(file), text);
  } catch (error) {
    throw fileError(file, 'written', error as NodeJS.ErrnoException);
  }
}

async function replaceFile(target: string, text: string): Promise<void> {
  await mkdir(path.dirname(target), { recursive: true, mode: 0o700 });
  // In the same folder: a rename is one step only within a file system.
  const draft = `${target}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    await writeDurably(draft, text);
    await rename(draft, target);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}

async function writeDurably(file: string, text: string): Promise<void> {
  await using handle = await open(file, 'wx', 0o600);
  await handle.writeFile(text);
  // Else a crash soon after may leave an empty file under the new name.
  await handle.sync();
}

/** Where a chain of links ends, whether or not something is there. */
async function linkTarget(file: string): Promise<string> {
  let target = file;
  for (let links = 0; links < MOST_LINKS; links++) {
    const next = await readlink(target).catch((error: NodeJS.ErrnoException) => {
      // EINVAL: it is no link. ENOENT: it is not there.
      if (error.code === 'EINVAL' || error.code === 'ENOENT') return undefined;
      throw error;
    });
    if (next === undefined) return target;
    target = path.resolve(path.dirname(target), next);
  }
  throw Object.assign(new Error('too many links'), { code: 'ELOOP' });
}
