/**
 * A folder for one store, its path, and looks at its file that go around dray.
 */
import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';

export interface StoreFolder extends Disposable {
  readonly path: string;
  /** The store's file. */
  readonly file: string;
}

export function storeFolder(): StoreFolder {
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'dray-store-')));
  return {
    path: folder,
    file: path.join(folder, 'dray.db'),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Runs SQL on the file as it is, with a connection of its own. */
export function runSql(file: string, sql: string): void {
  const database = new DatabaseSync(file);
  database.exec(sql);
  database.close();
}

/** What SQLite itself finds wrong with the file: `ok`, where it finds nothing. */
export function integrity(file: string): string {
  const database = new DatabaseSync(file);
  try {
    const rows = database.prepare('PRAGMA integrity_check').all();
    return rows.map((row) => Object.values(row)[0]).join('\n');
  } finally {
    database.close();
  }
}

/** Every file of a folder with its content. */
export function contentOf(folder: string): Record<string, Buffer> {
  return Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(path.join(folder, name))]));
}
