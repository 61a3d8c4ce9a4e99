/**
 * Opens the store of the folder given and reads from it, in a fresh process, and prints how many ms that took.
 *
 * Everything counts that a command pays for it: loading the code, SQLite, opening the file, one read.
 */
import { inRepository } from '../repository.ts';

const [folder = ''] = process.argv.slice(2);
const module = inRepository('dist/runtime/store/open-store.js');

const start = performance.now();
const { openStore } = (await import(module)) as typeof import('../../src/runtime/store/open-store.ts');
const store = await openStore(folder);
const secrets = await store.secrets.list('main');
const ms = performance.now() - start;

if (secrets.length === 0) throw new Error('the store is empty');
await store.close();
process.stdout.write(String(ms));
