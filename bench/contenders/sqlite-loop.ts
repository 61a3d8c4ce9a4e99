/**
 * The same rows written to SQLite by a loop, one transaction each, as a program that serves rounds.
 *
 * Written ahead and with a wait for the disk at each commit, as the store is.
 */
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { serveRounds } from './serve-rounds.ts';
import { storeFolder } from './store-folder.ts';

const NAMES = 512;

const database = new DatabaseSync(path.join(storeFolder(), 'loop.db'));
database.exec(`
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
  CREATE TABLE secrets (name TEXT PRIMARY KEY, keys TEXT, nonce BLOB, ciphertext BLOB, updated_at INTEGER) STRICT`);
const put = database.prepare('INSERT OR REPLACE INTO secrets VALUES (?, ?, ?, ?, ?)');
const [nonce, ciphertext] = [randomBytes(12), randomBytes(64)];

serveRounds(
  async (calls) => {
    for (let call = 0; call < calls; call++)
      put.run(`s${call % NAMES}`, '["TOKEN"]', nonce, ciphertext, call);
  },
  async () => database.close(),
);
