/**
 * Environments: creates them, lists them with what they hold, and deletes them.
 *
 * Invariants
 * - `main` is always there
 * - what an environment holds goes with it only where the caller has seen it and said so
 */
import { isName } from '../../shared/names.ts';
import { environmentNotFound } from '../secrets/secret-errors.ts';
import type { Store } from '../store/store.ts';
import { badEnvironmentName, environmentExists, environmentStays } from './environment-errors.ts';

export interface EnvironmentSummary {
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  /** Names of its secrets. */
  readonly secrets: readonly string[];
}

/** What of a store it needs. */
type EnvironmentStore = Pick<Store, 'environments' | 'secrets' | 'close'>;

export class Environments implements AsyncDisposable {
  readonly #store: EnvironmentStore;

  constructor(store: EnvironmentStore) {
    this.#store = store;
  }

  /** Every environment, by name. */
  async list(): Promise<EnvironmentSummary[]> {
    const records = await this.#store.environments.list();
    return Promise.all(
      records.map(async ({ name, createdAt }) => ({ name, createdAt, secrets: await this.#secretsOf(name) })),
    );
  }

  /** Throws BAD_NAME and ENVIRONMENT_EXISTS. */
  async create(name: string): Promise<void> {
    if (!isName(name)) throw badEnvironmentName(name);
    const created = await this.#store.environments.create({ name, createdAt: Date.now() });
    if (!created) throw environmentExists(name);
  }

  /**
   * Deletes an environment; returns the names of the secrets that went with it, or undefined where it was kept.
   *
   * @param goOn asked where there are secrets; false keeps everything
   * @throws ToolError ENVIRONMENT_NOT_FOUND, ENVIRONMENT_NOT_DELETABLE, and what `goOn` throws
   */
  async delete(
    name: string,
    goOn: (secrets: readonly string[]) => Promise<boolean>,
  ): Promise<readonly string[] | undefined> {
    // Its secrets are looked at again where somebody adds one in between.
    for (let withRecords = false; ; withRecords = true) {
      const secrets = await this.#secretsOf(name);
      if (withRecords && !(await goOn(secrets))) return undefined;
      const outcome = await this.#store.environments.delete(name, { withRecords });
      if (outcome === 'deleted') return secrets;
      if (outcome === 'main') throw environmentStays(name);
      if (outcome === 'not-found') throw environmentNotFound(name, await this.#names());
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#store.close();
  }

  async #secretsOf(environment: string): Promise<string[]> {
    return (await this.#store.secrets.list(environment)).map(({ name }) => name);
  }

  async #names(): Promise<string[]> {
    return (await this.#store.environments.list()).map(({ name }) => name);
  }
}
