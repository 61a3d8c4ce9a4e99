/**
 * The file that keeps the key of the secrets, beside the store: one line of base64, two while the key is changed.
 *
 * Invariants
 * - it is the owner's alone (0600) from its first byte; one that others may read is refused
 * - it is replaced as one step, and durably: after a crash there is the old text or the new one
 * - it is written while the store is held (SecretRecords.rekey) and at no other time, so that no two processes do
 */
import {
  closeSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import { KEY_BYTES } from './seal.ts';
import { badKey, keyExposed, keyFileError } from './secret-errors.ts';

/** Name of the file in the data folder. */
export const KEY_FILE = 'secret.key';

/** The keys in the file, the newest first; none where there is no file. Throws an EnvironmentError. */
export function readKeyFile(file: string): Uint8Array[] {
  let text: string;
  try {
    const { mode } = statSync(file);
    // Windows has no such rights: what is told there says nothing.
    if (process.platform !== 'win32' && (mode & 0o077) !== 0) throw keyExposed(file, mode);
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return [];
    throw code === 'SECRET_KEY_EXPOSED' ? error : keyFileError(file, error);
  }
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => parseKey(line, file));
}

/** Replaces the keys; no keys remove the file. Throws an EnvironmentError. */
export function writeKeyFile(file: string, keys: readonly Uint8Array[]): void {
  try {
    if (keys.length === 0) rmSync(file, { force: true });
    else {
      const draft = `${file}.new`;
      // A draft that a killed process left is nobody's.
      rmSync(draft, { force: true });
      const text = keys.map((key) => `${Buffer.from(key).toString('base64')}\n`).join('');
      synced(openSync(draft, 'wx', 0o600), (descriptor) => writeSync(descriptor, text));
      renameSync(draft, file);
    }
    synced(openSync(path.dirname(file), 'r'));
  } catch (error) {
    throw keyFileError(file, error);
  }
}

function synced(descriptor: number, write: (descriptor: number) => unknown = () => {}): void {
  try {
    write(descriptor);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** A key as people give it, base64 or hex. `source` is where it is from. Throws SECRET_KEY_INVALID. */
export function parseKey(text: string, source: string): Uint8Array {
  const trimmed = text.trim();
  const isHex = /^[0-9a-fA-F]{64}$/.test(trimmed);
  if (!isHex && !/^[A-Za-z0-9+/_-]{43}=?$/.test(trimmed)) throw badKey(source);
  const key = Buffer.from(trimmed, isHex ? 'hex' : 'base64');
  if (key.length !== KEY_BYTES) throw badKey(source);
  return key;
}
