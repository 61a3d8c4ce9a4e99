/**
 * Remembers on disk which child processes this process started, so that a later one can end those that outlived it.
 *
 * One folder per owner, in it one folder per container: its working directory, its temporary files, and a file with
 * its pid and start time.
 *
 * Invariants
 * - a process is only ever signalled where its start time shows that it is the one recorded
 * - folders of living owners are never touched
 * - the folder belongs to this user alone
 */

import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { chmod, lstat, mkdir, readdir, readFile, rm, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { EnvironmentError } from '../../../shared/errors.ts';
import { formatOwner, type Owner, ownerState, parseOwner, startOf, thisOwner } from '../owner.ts';
import { endGroup } from './process-group.ts';

const PID_FILE = 'process';
const WORK_FOLDER = 'work';
const TEMP_FOLDER = 'tmp';

/** Short, because sockets in temporary folders have paths of 107 bytes at most; unique beside its owner's others. */
const NAME_BYTES = 6;

/** Where one container's record and files are. */
export interface ProcessRecord {
  /** Its working directory, empty at first. */
  readonly workFolder: string;
  /** Its temporary files: gone with it, however it ends. */
  readonly tempFolder: string;
  /** Notes which process it became. */
  note(pid: number): void;
  /** Removes all of it. */
  remove(): Promise<void>;
}

/** The folder for all owners of this user. */
export function recordsFolder(): string {
  return path.join(tmpdir(), `dray-${process.getuid?.() ?? 'processes'}`);
}

/** Makes the record of a container that is about to start. */
export async function makeRecord(owner: Owner, folder = recordsFolder()): Promise<ProcessRecord> {
  await makePrivate(folder);
  const ownerFolder = path.join(folder, formatOwner(owner));
  const own = path.join(ownerFolder, randomBytes(NAME_BYTES).toString('hex'));
  const workFolder = path.join(own, WORK_FOLDER);
  // With its parents: the folder of the owner goes whenever its last container does.
  const tempFolder = path.join(own, TEMP_FOLDER);
  for (const each of [workFolder, tempFolder]) await mkdir(each, { recursive: true, mode: 0o700 });
  return {
    workFolder,
    tempFolder,
    // At once: a process that is not noted when we are killed is one that nobody ends.
    note: (pid) => writeFileSync(path.join(own, PID_FILE), `${pid} ${startOf(pid) ?? ''}`),
    remove: async () => {
      await rm(own, { recursive: true, force: true, maxRetries: 3 });
      await removeIfEmpty(ownerFolder);
    },
  };
}

/** Ends what dead owners left, and removes their folders. Returns how many processes it ended. */
export async function reapRecords(folder = recordsFolder()): Promise<number> {
  let ended = 0;
  for (const name of await namesIn(folder)) {
    const owner = parseOwner(name);
    if (owner === undefined || ownerState(owner) !== 'dead') continue;
    const ownerFolder = path.join(folder, name);
    // After another boot every pid means something else, and nothing of then runs.
    if (owner.boot === thisOwner().boot) {
      for (const container of await namesIn(ownerFolder)) {
        if (await endRecorded(path.join(ownerFolder, container, PID_FILE))) ended++;
      }
    }
    await rm(ownerFolder, { recursive: true, force: true, maxRetries: 3 });
  }
  return ended;
}

async function endRecorded(file: string): Promise<boolean> {
  const [pid, startedAt] = (await readIfThere(file)).split(' ');
  if (!pid || startedAt === undefined) return false;
  const startedNow = startOf(Number(pid));
  if (startedNow !== undefined && startedNow !== startedAt) return false;
  // A group outlives its leader, and no new process gets its number while it does.
  endGroup(Number(pid));
  return startedNow !== undefined;
}

async function makePrivate(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const found = await lstat(folder);
  const uid = process.getuid?.();
  if (!found.isDirectory() || (uid !== undefined && found.uid !== uid)) {
    throw new EnvironmentError('TEMP_FOLDER_TAKEN', `${folder} belongs to somebody else`, {
      suggestions: ['choose another temporary folder: TMPDIR=~/tmp'],
    });
  }
  if (uid !== undefined && (found.mode & 0o077) !== 0) await chmod(folder, 0o700);
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

async function readIfThere(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}

async function removeIfEmpty(folder: string): Promise<void> {
  try {
    await rmdir(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOTEMPTY' && code !== 'EEXIST' && code !== 'ENOENT') throw error;
  }
}
