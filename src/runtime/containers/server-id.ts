/**
 * The id of the server that keeps its data in a folder: its containers carry it, so that the next process of the same
 * server finds them, and nobody else ends them.
 *
 * Invariants
 * - one folder, one id, for as long as the folder lives; a copy of it is another server only where it is given another id
 */
import { randomBytes } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

const FORM = /^[0-9a-f]{32}$/;

/** The id, made where there is none. */
export async function serverIdIn(dataFolder: string): Promise<string> {
  const file = path.join(dataFolder, 'server-id');
  const known = await read(file);
  if (known !== undefined) return known;
  await mkdir(dataFolder, { recursive: true, mode: 0o700 });
  const draft = `${file}.${randomBytes(6).toString('hex')}`;
  await writeFile(draft, `${randomBytes(16).toString('hex')}\n`, { mode: 0o600 });
  try {
    // Unlike a rename it does not replace what another process has just made.
    await link(draft, file).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  } finally {
    await rm(draft, { force: true });
  }
  const made = await read(file);
  if (made === undefined) throw new Error(`${file} holds no id of a server`);
  return made;
}

async function read(file: string): Promise<string | undefined> {
  try {
    const text = (await readFile(file, 'utf8')).trim();
    return FORM.test(text) ? text : undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
