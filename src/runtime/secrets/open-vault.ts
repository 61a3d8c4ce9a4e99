/**
 * Opens the secrets of this user: the store and the key of the data folder.
 */
import { dataFolder } from '../../config/paths.ts';
import { openStore } from '../store/open-store.ts';
import type { Store } from '../store/store.ts';
import { keyFrom, NEW_KEY_VARIABLE, secretKeys } from './secret-keys.ts';
import { SecretVault } from './secret-vault.ts';

export { parseDotenv } from './dotenv-file.ts';

type Env = Readonly<Record<string, string | undefined>>;

export interface OpenVault extends AsyncDisposable {
  readonly vault: SecretVault;
}

/** With the store that it is in. */
interface OpenVaultAndStore extends OpenVault {
  readonly store: Store;
}

/** Opens the vault; dispose of it to finish what it writes. Throws an EnvironmentError where it cannot be used. */
export async function openVault(env: Env = process.env): Promise<OpenVaultAndStore> {
  const folder = dataFolder(env);
  const keys = secretKeys(folder, env);
  const store = await openStore(folder);
  return { vault: new SecretVault(store, keys), store, [Symbol.asyncDispose]: () => store.close() };
}

/** The key to change to, where it is given. Throws SECRET_KEY_INVALID. */
export function givenNewKey(env: Env = process.env): Uint8Array | undefined {
  return keyFrom(env, NEW_KEY_VARIABLE);
}
