/**
 * Opens the store of this user: one file in the data folder, made on first use.
 *
 * Invariants
 * - folder and file are the owner's alone (0700, 0600) from the moment they exist; SQLite gives the files beside it
 *   the same rights
 * - SQLite is loaded here and not before: commands without a store never wait for it
 */
import { chmodSync, closeSync, fsyncSync, mkdirSync, openSync, statSync } from 'node:fs';
import path from 'node:path';
import { dataFolder } from '../../config/paths.ts';
import { storeError } from './sqlite-errors.ts';
import type { Store } from './store.ts';

/** Name of the store in the data folder. */
const STORE_FILE = 'dray.db';

/** Where the store of a data folder is. */
export function storeFile(folder: string): string {
  return path.join(folder, STORE_FILE);
}

/** Opens the store, by default the user's own. Throws an EnvironmentError where it cannot be used. */
export async function openStore(folder: string = dataFolder()): Promise<Store> {
  const file = storeFile(folder);
  try {
    makeFolder(folder);
    makeFile(file);
  } catch (error) {
    throw storeError(error, file);
  }
  const { openSqliteStore } = await import('./sqlite-store.ts');
  return openSqliteStore(file);
}

function makeFolder(folder: string): void {
  const first = mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (first === undefined) return;
  // A folder is durable when the folder that names it is.
  for (let made = folder; made.length >= first.length; made = path.dirname(made))
    syncFolder(path.dirname(made));
}

/** An existing file is not opened: closing it again would drop the locks that this process holds on it. */
function makeFile(file: string): void {
  const stats = statSync(file, { throwIfNoEntry: false });
  if (stats !== undefined) {
    if (stats.isFile() && (stats.mode & 0o077) !== 0) chmodSync(file, 0o600);
    return;
  }
  try {
    closeSync(openSync(file, 'wx', 0o600));
    syncFolder(path.dirname(file));
  } catch (error) {
    // Another process was first.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

function syncFolder(folder: string): void {
  const descriptor = openSync(folder, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
