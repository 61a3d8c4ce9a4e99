/**
 * Waits until the names in a folder are on the disk: a file is durable when the folder that names it is.
 */
import { open } from 'node:fs/promises';

/** Resolves when they are. */
export async function syncFolder(folder: string): Promise<void> {
  await using handle = await open(folder, 'r');
  await handle.sync();
}
