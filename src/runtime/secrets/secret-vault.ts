/**
 * The secrets of this user: puts them into the store sealed, and opens them for whoever runs functions.
 *
 * Invariants
 * - values leave it through `open` alone
 * - a change of the key by another process at the same time is waited out, never an error
 */
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

/** How often the key may change under one operation before something else must be wrong. */
const TRIES = 5;

export interface OpenSecret {
  readonly values: SecretValues;
  /** Another one after each change. */
  readonly version: string;
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
    checkValues(values);
    for (let tries = 0; tries < TRIES; tries++) {
      const sealed = seal(await this.#keyToSealBy(), place, values);
      const secret = { ...place, keys: Object.keys(values), sealed, at: Date.now() };
      const outcome = await this.#store.secrets.put(secret, { replace });
      if (outcome === 'exists') throw secretExists(place.name, place.environment);
      if (outcome === 'no-environment') throw await this.#noEnvironment(place.environment);
      if (outcome !== 'other-key') return outcome === 'replaced';
    }
    throw wrongKey(this.#keys.source);
  }

  /** What may be said of each secret of an environment, by name. */
  async list(environment: string): Promise<readonly SecretSummary[]> {
    const secrets = await this.#store.secrets.list(environment);
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
    let keyId = '';
    for (let tries = 0; tries < TRIES; tries++) {
      const record = await this.#store.secrets.get(place.environment, place.name);
      if (record === undefined) throw await this.notFound(place);
      const version = versionOf(record);
      if (known?.version === version) return known;
      // The same key twice, and it is not here: nobody is changing it.
      if (tries > 0 && keyId === record.sealed.keyId) break;
      keyId = record.sealed.keyId;
      const key = this.#keys.find(keyId);
      if (key === undefined) continue;
      const values = unseal(key, place, record.sealed);
      if (values === undefined) throw secretTampered(place.name, place.environment);
      return { values, version };
    }
    throw this.#keyMissing();
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

  async #keyToSealBy(): Promise<Uint8Array> {
    const id = await this.#store.secrets.keyId();
    const key = id === undefined ? this.#keys.current() : this.#keys.find(id);
    if (key !== undefined) return key;
    let made: Uint8Array | undefined;
    await this.#store.secrets.rekey(({ keyId: held }) => {
      made = held === undefined ? this.#keys.current() : this.#keys.find(held);
      if (made !== undefined) return undefined;
      // Never where something is sealed already: its key is elsewhere, and a second one would hide that.
      if (held !== undefined) throw this.#keyMissing();
      made = this.#keys.generate();
      this.#keys.keep([made]);
      return undefined;
    });
    return made as unknown as Uint8Array;
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

function versionOf({ sealed, createdAt }: SecretRecord): string {
  return `${createdAt}-${Buffer.from(sealed.nonce).toString('hex')}`;
}

function resealed(record: SecretRecord, old: Uint8Array, next: Uint8Array): SealedValues {
  const values = unseal(old, record, record.sealed);
  if (values === undefined) throw secretTampered(record.name, record.environment);
  return seal(next, record, values);
}
