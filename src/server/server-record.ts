/**
 * Says on disk which server uses a data folder, for commands on the same machine: `server.json` beside the lock.
 *
 * The lock decides whether a server runs; the record only tells about it.
 *
 * Invariants
 * - a record whose server is gone is never returned
 * - it is replaced as a whole, and readable for its owner alone
 */
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { tryLock } from '../runtime/store/exclusive-lock.ts';

/** Longer than a server takes to start, or to answer what runs when it ends. */
const SETTLES_WITHIN_MS = 15_000;
const LOOK_EVERY_MS = 20;

export interface ServerRecord {
  readonly pid: number;
  /** The process, as containers/owner.ts writes it. */
  readonly owner: string;
  readonly url: string;
  readonly version: string;
  /** ISO 8601. */
  readonly startedAt: string;
  /** Who can read this file is the user that the server runs as, and needs no other token. */
  readonly token: { readonly id: string; readonly secret: string };
}

/** The file of the lock. */
export function lockFile(folder: string): string {
  return path.join(folder, 'server.lock');
}

/** Writes the record. Only who holds the lock does. */
export function writeServerRecord(folder: string, record: ServerRecord): void {
  const file = recordFile(folder);
  writeFileSync(`${file}.new`, `${JSON.stringify(record)}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

/** Takes the record away. Only who holds the lock does. */
export function removeServerRecord(folder: string): void {
  rmSync(recordFile(folder), { force: true });
}

/** The server that runs on a data folder; undefined where none does. */
export function runningServer(folder: string): ServerRecord | undefined {
  const record = readRecord(folder);
  if (record === undefined) return undefined;
  const lock = tryLock(lockFile(folder));
  if (lock === undefined) return record;
  lock[Symbol.dispose]();
  return undefined;
}

/** As `runningServer`; one that starts or ends at the moment is waited for until it runs, or is gone. */
export async function settledServer(folder: string): Promise<ServerRecord | undefined> {
  const deadline = performance.now() + SETTLES_WITHIN_MS;
  for (;;) {
    const server = runningServer(folder);
    if (server !== undefined || !isLocked(folder) || performance.now() > deadline) return server;
    await delay(LOOK_EVERY_MS);
  }
}

function isLocked(folder: string): boolean {
  if (!existsSync(lockFile(folder))) return false;
  const lock = tryLock(lockFile(folder));
  lock?.[Symbol.dispose]();
  return lock === undefined;
}

function readRecord(folder: string): ServerRecord | undefined {
  try {
    return JSON.parse(readFileSync(recordFile(folder), 'utf8')) as ServerRecord;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function recordFile(folder: string): string {
  return path.join(folder, 'server.json');
}
