/**
 * Translates errors of SQLite, and of the file system around the store, into dray's. Pure but for one look at the
 * space that is left.
 *
 * Sources: https://www.sqlite.org/rescode.html; the low byte of an extended code is its primary code.
 */
import { statfsSync } from 'node:fs';
import path from 'node:path';
import { EnvironmentError, ToolError } from '../../shared/errors.ts';

/** Primary result codes. */
const CODE = { busy: 5, locked: 6, corrupt: 11, full: 13, ioError: 10, notADatabase: 26 } as const;

/** Fewer bytes than this free, and a failed write is for want of space: SQLite grows its files by 32 KiB. */
const LITTLE_SPACE_BYTES = 65_536;

/** Whether another process has the database at the moment. */
export function isBusy(error: unknown): boolean {
  const code = primaryCode(error);
  return code === CODE.busy || code === CODE.locked;
}

/** The error for the user; one that is neither SQLite's nor the file system's is returned as it is. */
export function storeError(error: unknown, file: string): unknown {
  if (error instanceof ToolError) return error;
  const code = primaryCode(error);
  if (code === undefined && !isSystemError(error)) return error;
  if (code === CODE.busy || code === CODE.locked) return storeBusy(file, error);
  if (code === CODE.corrupt || code === CODE.notADatabase) return storeCorrupt(file, error);
  if (code === CODE.full || isOutOfSpace(error) || (code === CODE.ioError && isNearlyFull(file))) {
    return new EnvironmentError('NO_SPACE_LEFT', `no space is left for the store ${file}`, {
      suggestions: [
        'make room on that disk; what was stored before is kept and can be read',
        'or move the folder to a larger disk and set DRAY_DATA_DIR to it',
      ],
      cause: error,
    });
  }
  return new EnvironmentError(
    'STORE_UNREADABLE',
    `cannot use the store ${file}: ${(error as Error).message}`,
    {
      suggestions: [
        'see that the folder and the file belong to you and can be written to',
        'keep the store on a local disk: set DRAY_DATA_DIR to a folder there',
      ],
      cause: error,
    },
  );
}

/** The file is damaged, or no store. */
export function storeCorrupt(file: string, cause?: unknown): EnvironmentError {
  return new EnvironmentError('STORE_CORRUPT', `the store ${file} is damaged, or is not a store of dray`, {
    suggestions: [
      'put back a copy of it from before, together with its -wal file where there was one',
      'or move it away to begin with an empty store; nothing in it was changed',
    ],
    cause,
  });
}

/** The file was written by a later dray. */
export function storeTooNew(file: string, version: number, known: number): EnvironmentError {
  return new EnvironmentError(
    'STORE_TOO_NEW',
    `the store ${file} is of version ${version}; this dray knows versions up to ${known}`,
    { suggestions: ['update dray; nothing in the store was changed'] },
  );
}

function storeBusy(file: string, cause: unknown): EnvironmentError {
  return new EnvironmentError('STORE_BUSY', `another program keeps the store ${file} locked`, {
    suggestions: [`see which one it is: fuser -v ${file}`, 'wait until it is done, and try again'],
    cause,
  });
}

function primaryCode(error: unknown): number | undefined {
  const { code, errcode } = (error ?? {}) as { code?: unknown; errcode?: unknown };
  return code === 'ERR_SQLITE_ERROR' && typeof errcode === 'number' ? errcode & 0xff : undefined;
}

function isSystemError(error: unknown): boolean {
  return error instanceof Error && typeof (error as NodeJS.ErrnoException).syscall === 'string';
}

function isOutOfSpace(error: unknown): boolean {
  const { code } = (error ?? {}) as NodeJS.ErrnoException;
  return code === 'ENOSPC' || code === 'EDQUOT';
}

function isNearlyFull(file: string): boolean {
  try {
    const { bavail, bsize } = statfsSync(path.dirname(file));
    return bavail * bsize < LITTLE_SPACE_BYTES;
  } catch {
    // Where even that cannot be read, space is not what is wrong.
    return false;
  }
}
