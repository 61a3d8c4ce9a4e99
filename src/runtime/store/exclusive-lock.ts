/**
 * A lock that one process at a time holds on a folder, and that the system takes from a process that died.
 *
 * It is SQLite's lock on a file that stays empty: Node has none of its own, and a file with a pid in it would have to
 * be judged by whoever finds it.
 *
 * Invariants
 * - never held by two processes; kill -9 frees it
 * - it is held as long as somebody holds what `tryLock` returned: collected as garbage, it is free
 */

import { loadSqlite } from './load-sqlite.ts';
import { isBusy, storeError } from './sqlite-errors.ts';

/** Takes the lock; undefined where somebody has it. Throws an EnvironmentError where the file cannot be used. */
export function tryLock(file: string): Disposable | undefined {
  const { DatabaseSync } = loadSqlite();
  try {
    const database = new DatabaseSync(file, { timeout: 0 });
    try {
      database.exec('BEGIN EXCLUSIVE');
    } catch (error) {
      database.close();
      throw error;
    }
    return { [Symbol.dispose]: () => database.isOpen && database.close() } as Disposable;
  } catch (error) {
    if (isBusy(error)) return undefined;
    throw storeError(error, file);
  }
}
