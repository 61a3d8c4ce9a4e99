/**
 * The same calls written to SQLite by a loop, as a program that serves rounds: a transaction to accept each, and one to
 * settle it, with a wait for the disk at each commit.
 */
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { serveRounds } from './serve-rounds.ts';
import { storeFolder } from './store-folder.ts';

const database = new DatabaseSync(path.join(storeFolder(), 'loop.db'));
database.exec(`
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
  CREATE TABLE calls (id TEXT PRIMARY KEY, state TEXT, payload BLOB, at INTEGER) STRICT`);
const accept = database.prepare("INSERT INTO calls VALUES (?, 'queued', ?, ?)");
const settle = database.prepare('UPDATE calls SET state = ?, payload = ?, at = ? WHERE id = ?');
const payload = new Uint8Array(32).fill(7);
let next = 0;

serveRounds(
  async (rounds) => {
    for (let left = rounds; left > 0; left--) {
      const id = `fc-${String(next++).padStart(22, '0')}`;
      accept.run(id, payload, 1);
      settle.run('succeeded', payload, 2, id);
    }
  },
  async () => database.close(),
);
