/**
 * The store in memory, for tests of what stands on a store. Nothing of it is durable.
 */
import { memoryAccess } from './memory-access.ts';
import { memoryCalls } from './memory-calls.ts';
import { memoryDeployments } from './memory-deployments.ts';
import { memorySchedules } from './memory-schedules.ts';
import { sealedByOneKey } from './sealed-by-one-key.ts';
import type {
  EnvironmentRecord,
  EnvironmentRecords,
  SecretRecord,
  SecretRecords,
  SecretSummary,
  Store,
} from './store.ts';
import { MAIN_ENVIRONMENT } from './store.ts';

/** A new store with the one environment that is always there. */
export function createMemoryStore(): Store {
  const environments = new Map([
    [MAIN_ENVIRONMENT, { name: MAIN_ENVIRONMENT, createdAt: Date.now() } as EnvironmentRecord],
  ]);
  const secrets = new Map<string, SecretRecord>();
  const deployments = memoryDeployments((name) => environments.has(name));
  const calls = memoryCalls();
  const schedules = memorySchedules(calls);
  return {
    environments: memoryEnvironments(environments, secrets, {
      hasAny: async (name) => (await deployments.apps(name)).length > 0,
      deleteAll(name) {
        for (const records of [deployments, calls, schedules]) records.deleteAll(name);
      },
    }),
    secrets: memorySecrets(environments, secrets),
    access: memoryAccess(),
    deployments,
    calls,
    schedules,
    close: async () => {},
    [Symbol.asyncDispose]: async () => {},
  };
}

type Environments = Map<string, EnvironmentRecord>;
/** By the JSON of environment and name. */
type Secrets = Map<string, SecretRecord>;

/** Records of apps: whether an environment has any, and how they go with it. */
interface AppRecords {
  hasAny(environment: string): Promise<boolean>;
  deleteAll(environment: string): void;
}

function memoryEnvironments(
  environments: Environments,
  secrets: Secrets,
  apps: AppRecords,
): EnvironmentRecords {
  return {
    list: async () => [...environments.values()].sort(byName),
    get: async (name) => environments.get(name),
    async create(record) {
      if (environments.has(record.name)) return false;
      environments.set(record.name, record);
      return true;
    },
    async delete(name, { withRecords = false } = {}) {
      if (name === MAIN_ENVIRONMENT) return 'main';
      const held = [...secrets].filter(([, record]) => record.environment === name);
      if (!withRecords && (held.length > 0 || (await apps.hasAny(name)))) return 'not-empty';
      for (const [key] of held) secrets.delete(key);
      apps.deleteAll(name);
      return environments.delete(name) ? 'deleted' : 'not-found';
    },
  };
}

function memorySecrets(environments: Environments, secrets: Secrets): SecretRecords {
  const all = () =>
    [...secrets.values()].sort((a, b) => compare(a.environment, b.environment) || byName(a, b));
  const keyId = () => all()[0]?.sealed.keyId;
  return {
    list: async (environment) =>
      all()
        .filter((record) => record.environment === environment)
        .map(({ sealed: _, ...summary }): SecretSummary => summary),
    get: async (environment, name) => secrets.get(keyOf(environment, name)),
    async put({ at, seal, ...secret }, { replace }) {
      const { environment, name } = secret;
      if (!environments.has(environment)) return 'no-environment';
      const present = secrets.get(keyOf(environment, name));
      if (present !== undefined && !replace) return 'exists';
      const sealed = sealedByOneKey(seal, keyId());
      const { createdAt = at, lastUsedAt } = present ?? {};
      secrets.set(keyOf(environment, name), { ...secret, sealed, createdAt, updatedAt: at, lastUsedAt });
      return present === undefined ? 'created' : 'replaced';
    },
    delete: async (environment, name) => secrets.delete(keyOf(environment, name)),
    async markUsed(environment, names, at) {
      for (const key of names.map((name) => keyOf(environment, name))) {
        const record = secrets.get(key);
        if (record !== undefined) secrets.set(key, { ...record, lastUsedAt: at });
      }
    },
    keyId: async () => keyId(),
    async rekey(work) {
      const records = all();
      work({ keyId: keyId(), records })?.forEach((sealed, index) => {
        const record = records[index] as SecretRecord;
        secrets.set(keyOf(record.environment, record.name), { ...record, sealed });
      });
    },
  };
}

function keyOf(environment: string, name: string): string {
  return JSON.stringify([environment, name]);
}

/** By code units, as SQLite compares text of the characters that names may have. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return compare(a.name, b.name);
}
