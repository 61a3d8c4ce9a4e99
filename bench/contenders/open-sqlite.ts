/**
 * Opens the same file with Node's SQLite alone and reads from it, in a fresh process, and prints how many ms that took.
 */
import path from 'node:path';

const [folder = ''] = process.argv.slice(2);

const start = performance.now();
const { DatabaseSync } = await import('node:sqlite');
const database = new DatabaseSync(path.join(folder, 'dray.db'));
const rows = database.prepare('SELECT name FROM secrets').all();
const ms = performance.now() - start;

if (rows.length === 0) throw new Error('the store is empty');
database.close();
process.stdout.write(String(ms));
