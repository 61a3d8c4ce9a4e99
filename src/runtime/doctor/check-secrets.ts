/**
 * Check: whether the key at hand opens the secrets. It unseals none, and makes neither a key nor a store.
 */
import { stat } from 'node:fs/promises';
import { dataFolder } from '../../config/paths.ts';
import type { Finding } from '../../protocol/finding.ts';
import { keyLost, wrongKey } from '../secrets/secret-errors.ts';
import { secretKeys } from '../secrets/secret-keys.ts';
import { openStore, storeFile } from '../store/open-store.ts';
import { failed, ok } from './findings.ts';

export async function checkSecrets(env: Readonly<Record<string, string | undefined>>): Promise<Finding[]> {
  const folder = dataFolder(env);
  const sealedBy = await usedKey(folder);
  // Even where nothing is sealed: a key that others may read is worth knowing before something is.
  const keys = secretKeys(folder, env);
  const current = keys.current();
  if (sealedBy === undefined) return [ok('secrets', 'there are none yet')];
  if (current === undefined) return [failed('secrets', keyLost(keys.source))];
  return keys.find(sealedBy) === undefined
    ? [failed('secrets', wrongKey(keys.source))]
    : [ok('secrets', `they open with the key of ${keys.source}`)];
}

/** The id of the key that secrets are sealed by; undefined where there is none, or no store that can be read. */
async function usedKey(folder: string): Promise<string | undefined> {
  const isThere = await stat(storeFile(folder)).catch(() => undefined);
  if (isThere === undefined) return undefined;
  // What is wrong with the store is the finding of its own check.
  const store = await openStore(folder).catch(() => undefined);
  if (store === undefined) return undefined;
  await using _ = store;
  return store.secrets.keyId();
}
