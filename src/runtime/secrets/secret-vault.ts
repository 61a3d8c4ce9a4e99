/**
 * The secrets of this user: puts them into the store sealed, and opens them for whoever runs functions.
 *
 * Invariants
 * - values leave it through `open` alone
 * - a change of the key by another process at the same time is waited out, never an error
 */
import { BugError } from '../../shared/errors.ts';
import type { SealedValues, SecretRecord, SecretSummary, Store } from '../store/store.ts';
import { checkValues } from './check-values.ts';
import { type SecretPlace, type SecretValues, seal, unseal } from './seal.ts';
import {
  checkSecretName,
  environmentNotFound,
  keyLost,
  newKeyNeeded,
  secretExists,
  secretNotFound,
  secretTampered,
  wrongKey,
} from './secret-errors.ts';
import type { SecretKeys } from './secret-keys.ts';

export interface OpenSecret {
  readonly values: SecretValues;
  /** Another one after each change. */
  readonly version: string;
  /** When its values were put: unlike the version, no other after a change of the key. Milliseconds since 1970. */
  readonly putAt: number;
}

export class SecretVault {
  readonly #store: Store;
  readonly #keys: SecretKeys;

  constructor(store: Store, keys: SecretKeys) {
    this.#store = store;
    this.#keys = keys;
  }

  /** Stores values under a name. Returns whether it replaced any. Throws SECRET_EXISTS unless `replace`. */
  async create(place: SecretPlace, values: unknown, { replace = false } = {}): Promise<boolean> {
    checkSecretName(place.name);
    return this.#put(place, values, replace);
  }

  /** Keeps values that an app brought along, under a name that no user can give: see `isKeptName`. */
  async keep(place: SecretPlace, values: unknown): Promise<void> {
    if (!isKeptName(place.name)) throw new BugError(`${place.name} is a name that a user can give`);
    await this.#put(place, values, false);
  }

  async #put(place: SecretPlace, values: unknown, replace: boolean): Promise<boolean> {
    checkValues(values);
    const secret = {
      ...{ ...place, keys: Object.keys(values), at: Date.now() },
      seal: (keyId: string | undefined) => seal(this.#keyToSealBy(keyId), place, values),
    };
    const outcome = await this.#store.secrets.put(secret, { replace });
    if (outcome === 'exists') throw secretExists(place.name, place.environment);
    if (outcome === 'no-environment') throw await this.#noEnvironment(place.environment);
    return outcome === 'replaced';
  }

  /** What may be said of each secret of an environment, by name. */
  async list(environment: string): Promise<readonly SecretSummary[]> {
    const all = await this.#store.secrets.list(environment);
    const secrets = all.filter(({ name }) => !isKeptName(name));
    if (secrets.length === 0) await this.#checkEnvironment(environment);
    return secrets;
  }

  /** Returns whether there was one. */
  async delete({ environment, name }: SecretPlace): Promise<boolean> {
    const deleted = await this.#store.secrets.delete(environment, name);
    if (!deleted) await this.#checkEnvironment(environment);
    return deleted;
  }

  /** The error for a name that is not there: with the nearest one that is. */
  async notFound({ environment, name }: SecretPlace): Promise<Error> {
    const known = await this.list(environment);
    return secretNotFound(
      name,
      environment,
      known.map((each) => each.name),
    );
  }

  /**
   * The values of a secret; `known` is returned as it is where it is still the current version.
   *
   * @throws ToolError where there is none, or the key does not open it
   */
  async open(place: SecretPlace, known?: OpenSecret): Promise<OpenSecret> {
    for (let lookedFor: string | undefined; ; ) {
      const record = await this.#store.secrets.get(place.environment, place.name);
      if (record === undefined) throw await this.notFound(place);
      const version = versionOf(record);
      if (known?.version === version) return known;
      const { keyId } = record.sealed;
      const key = this.#keys.find(keyId);
      if (key !== undefined) {
        const values = unseal(key, place, record.sealed);
        if (values === undefined) throw secretTampered(place.name, place.environment);
        return { values, version, putAt: record.updatedAt };
      }
      // The same key twice, and it is not here: nobody is changing it.
      if (lookedFor === keyId) throw this.#keyMissing();
      lookedFor = keyId;
    }
  }

  /** Notes that secrets were used now. */
  markUsed(environment: string, names: readonly string[]): Promise<void> {
    return this.#store.secrets.markUsed(environment, names, Date.now());
  }

  /**
   * Seals all secrets of all environments by a new key; returns how many. Killed at any moment, every secret still opens:
   * the old key is kept beside the new one until the store has changed over.
   *
   * @param given the new key, where it is kept outside of dray from now on
   */
  async rotateKey(given?: Uint8Array): Promise<number> {
    const keys = this.#keys;
    if (!keys.kept && given === undefined) throw newKeyNeeded();
    const next = given ?? keys.generate();
    let count = 0;
    await this.#store.secrets.rekey(({ keyId: id, records }) => {
      const old = id === undefined ? undefined : (keys.find(id) ?? this.#throwKeyMissing());
      if (given === undefined) keys.keep(old === undefined ? [next] : [next, old]);
      count = records.length;
      return old && records.map((record) => resealed(record, old, next));
    });
    if (keys.kept) await this.#forgetOldKey(given);
    return count;
  }

  /** Under the hold again: by now another process may have changed the key once more. */
  #forgetOldKey(given: Uint8Array | undefined): Promise<void> {
    const keys = this.#keys;
    return this.#store.secrets.rekey(({ keyId: id }) => {
      const kept = id === undefined ? (given === undefined ? keys.current() : undefined) : keys.find(id);
      keys.keep(kept === undefined ? [] : [kept]);
      return undefined;
    });
  }

  /** While the store is held: the key with an id, or where nothing is sealed yet any, and a new one where there is none. */
  #keyToSealBy(id: string | undefined): Uint8Array {
    const keys = this.#keys;
    // Never a new one where something is sealed already: its key is elsewhere, and a second one would hide that.
    if (id !== undefined) return keys.find(id) ?? this.#throwKeyMissing();
    const present = keys.current();
    if (present !== undefined) return present;
    const made = keys.generate();
    keys.keep([made]);
    return made;
  }

  #keyMissing(): Error {
    return this.#keys.current() === undefined ? keyLost(this.#keys.source) : wrongKey(this.#keys.source);
  }

  #throwKeyMissing(): never {
    throw this.#keyMissing();
  }

  async #checkEnvironment(environment: string): Promise<void> {
    if ((await this.#store.environments.get(environment)) === undefined) {
      throw await this.#noEnvironment(environment);
    }
  }

  async #noEnvironment(environment: string): Promise<Error> {
    const known = await this.#store.environments.list();
    return environmentNotFound(
      environment,
      known.map(({ name }) => name),
    );
  }
}

/** Whether a secret came with a deployment: no user's name holds a colon. */
export function isKeptName(name: string): boolean {
  return name.includes(':');
}

function versionOf({ sealed, createdAt }: SecretRecord): string {
  return `${createdAt}-${Buffer.from(sealed.nonce).toString('hex')}`;
}

function resealed(record: SecretRecord, old: Uint8Array, next: Uint8Array): SealedValues {
  const values = unseal(old, record, record.sealed);
  if (values === undefined) throw secretTampered(record.name, record.environment);
  return seal(next, record, values);
}
