/**
 * Where the key of the secrets is: in DRAY_SECRET_KEY, else in a file of the data folder that dray makes itself.
 *
 * Invariants
 * - the variable stands above the file: somebody set it on purpose
 * - whoever asks for a key says which, by its id; a key that does not fit is never used for another
 */
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { KEY_FILE, parseKey, readKeyFile, writeKeyFile } from './key-file.ts';
import { KEY_BYTES, keyId } from './seal.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** Holds the key, in place of the file. */
export const KEY_VARIABLE = 'DRAY_SECRET_KEY';
/** Holds the key to change to. */
export const NEW_KEY_VARIABLE = 'DRAY_NEW_SECRET_KEY';

export interface SecretKeys {
  /** Where keys are from, for messages. */
  readonly source: string;
  /** Whether dray keeps the key itself, and may replace it. */
  readonly kept: boolean;
  /** The key with an id; undefined where it is not here. Looks anew each time: another process may have changed it. */
  find(id: string): Uint8Array | undefined;
  /** The key to seal by where nothing is sealed yet; undefined where there is none. */
  current(): Uint8Array | undefined;
  /** A new key, not kept yet. */
  generate(): Uint8Array;
  /** Keeps these keys and no others; only while the store is held. */
  keep(keys: readonly Uint8Array[]): void;
}

/** The keys of a data folder. Throws SECRET_KEY_INVALID where the variable holds none. */
export function secretKeys(folder: string, env: Env): SecretKeys {
  const file = path.join(folder, KEY_FILE);
  const given = keyFrom(env, KEY_VARIABLE);
  const keys = () => (given === undefined ? readKeyFile(file) : [given]);
  return {
    source: given === undefined ? file : KEY_VARIABLE,
    kept: given === undefined,
    find: (id) => keys().find((key) => keyId(key) === id),
    current: () => keys()[0],
    generate: () => randomBytes(KEY_BYTES),
    keep: (kept) => writeKeyFile(file, kept),
  };
}

/** A key that a variable holds; undefined where it is not set. Throws SECRET_KEY_INVALID. */
export function keyFrom(env: Env, variable: string): Uint8Array | undefined {
  const text = env[variable];
  return text === undefined || text === '' ? undefined : parseKey(text, variable);
}
