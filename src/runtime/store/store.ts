/**
 * Port: what dray keeps on this machine from one command to the next.
 *
 * Records belong to an environment. The port says what is kept and what is accepted, not how: SQLite implements it
 * (sqlite-store.ts), and memory for tests (memory-store.ts); test/contract/store.contract.ts is the suite of both.
 *
 * Invariants
 * - a write that resolved is durable: it outlives the process and the machine's power
 * - a write that rejected, or that nobody was told of, is there whole or not at all
 * - what a write resolved to is what other processes see from then on
 * - secrets come here sealed; the store never sees a value or a key
 */
import type { AccessRecords } from './access-records.ts';
import type { CallRecords } from './call-records.ts';
import type { DeploymentRecords } from './deployment-records.ts';
import type { ScheduleRecords } from './schedule-records.ts';

/** The environment that is always there. */
export const MAIN_ENVIRONMENT = 'main';

export interface Store extends AsyncDisposable {
  readonly environments: EnvironmentRecords;
  readonly secrets: SecretRecords;
  /** Who may talk to a server that keeps its data here. */
  readonly access: AccessRecords;
  readonly deployments: DeploymentRecords;
  readonly calls: CallRecords;
  readonly schedules: ScheduleRecords;
  /** Finishes the writes that were asked for and lets go of the store. */
  close(): Promise<void>;
}

export interface EnvironmentRecord {
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
}

export interface EnvironmentRecords {
  /** Every environment, by name. */
  list(): Promise<readonly EnvironmentRecord[]>;
  get(name: string): Promise<EnvironmentRecord | undefined>;
  /** False where one of that name is there already; it is left as it is. */
  create(record: EnvironmentRecord): Promise<boolean>;
  /** Deletes an environment. One that holds records is kept, unless they are to go with it; `main` always is. */
  delete(
    name: string,
    options?: { readonly withRecords?: boolean },
  ): Promise<'deleted' | 'not-found' | 'not-empty' | 'main'>;
}

/** Values as secrets/seal.ts sealed them. */
export interface SealedValues {
  /** Tells which key sealed them, and not what it is. */
  readonly keyId: string;
  /** Never used twice: also tells one version of a secret from the next. */
  readonly nonce: Uint8Array;
  readonly ciphertext: Uint8Array;
}

/** What may be said of a secret. */
export interface SecretSummary {
  readonly environment: string;
  readonly name: string;
  /** Names of its variables, in the order given. */
  readonly keys: readonly string[];
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly lastUsedAt: number | undefined;
}

export interface SecretRecord extends SecretSummary {
  readonly sealed: SealedValues;
}

/** A secret to put: when it was made and used is the store's to know. */
export interface NewSecret extends Pick<SecretRecord, 'environment' | 'name' | 'keys'> {
  /** Milliseconds since 1970. */
  readonly at: number;
  /**
   * Seals the values, while nobody else can write: by the key with that id, which the other secrets are sealed by, or by
   * any key where there is no other. Nothing is written where it throws.
   */
  seal(keyId: string | undefined): SealedValues;
}

/**
 * What became of a secret that was put. Nothing is written where it `exists` and was not to be replaced, or where its
 * environment is not there.
 */
export type PutOutcome = 'created' | 'replaced' | 'exists' | 'no-environment';

/** What `rekey` found, and may change. */
export interface HeldSecrets {
  /** The key that all of them are sealed by; undefined where there are none. */
  readonly keyId: string | undefined;
  readonly records: readonly SecretRecord[];
}

/** Sealed values for every held record, in their order. */
export type Resealed = readonly SealedValues[];

/** Invariant: all secrets, of all environments, are sealed by one key. */
export interface SecretRecords {
  /** The secrets of an environment, by name. */
  list(environment: string): Promise<readonly SecretSummary[]>;
  get(environment: string, name: string): Promise<SecretRecord | undefined>;
  /** Puts a secret. A replaced one keeps its creation time. */
  put(secret: NewSecret, options: { readonly replace: boolean }): Promise<PutOutcome>;
  /** False where there is none. */
  delete(environment: string, name: string): Promise<boolean>;
  /** Notes when secrets were used last; those that are gone are passed over. */
  markUsed(environment: string, names: readonly string[], at: number): Promise<void>;
  /** The key that all secrets are sealed by; undefined where there are none. */
  keyId(): Promise<string | undefined>;
  /**
   * Seals all secrets of all environments anew, or none: `work` gets them while nobody else can write, and what it
   * returns takes their place in one step. Nothing changes where it returns undefined or throws.
   */
  rekey(work: (held: HeldSecrets) => Resealed | undefined): Promise<void>;
}
