/**
 * Resolves the secrets of an app to the variables of its containers: all of them before anything starts, and again
 * for each container, so that a changed secret reaches the next one.
 *
 * Order: secrets of the app, then of the function, each in the order given; the later one wins. What the options
 * `env` set wins over secrets, as it stands in the code that says it.
 *
 * Invariants
 * - an app without stored secrets opens no store
 * - looking whether a secret changed is one read; it is opened again only when it did
 */
import type { AppRequest } from '../../protocol/control-plane.ts';
import type { FunctionManifest, SecretReference } from '../../protocol/manifest.ts';
import { BugError } from '../../shared/errors.ts';
import type { OpenVault } from './open-vault.ts';
import type { SecretValues } from './seal.ts';
import { secretKeysMissing } from './secret-errors.ts';
import type { OpenSecret } from './secret-vault.ts';

/** The secrets of one app, resolved. Dispose of it when its last container has ended. */
export interface AppSecrets extends AsyncDisposable {
  /** Variables for a container that starts now. Throws a ToolError where a secret is gone by now. */
  envFor(fn: FunctionManifest): Promise<SecretValues>;
  /** Variables for a step that builds an image. Throws as `envFor` does. */
  variablesOf(references: readonly SecretReference[]): Promise<SecretValues>;
  /** Tells one state of a function's secrets from the next, and nothing of what is in them. */
  versionOf(fn: Pick<FunctionManifest, 'secrets'>): Promise<string>;
}

/** A use is noted at most this often: it is a write to the disk. */
const NOTE_USE_MS = 60_000;

type NamedReference = Extract<SecretReference, { kind: 'name' }>;

/** Reads every secret that an app needs. Throws a ToolError where one is missing or lacks a key. */
export async function resolveSecrets(
  { manifest, environment, localSecrets }: AppRequest,
  open: () => Promise<OpenVault> = openUsersVault,
): Promise<AppSecrets> {
  const stepsOf = ({ image }: FunctionManifest) => [
    ...(image.login === undefined ? [] : [image.login]),
    ...image.steps.flatMap((step) => step.secrets ?? []),
  ];
  const isNamed = manifest.functions.some((fn) =>
    [...fn.secrets, ...stepsOf(fn)].some(({ kind }) => kind === 'name'),
  );
  const stored = isNamed ? new StoredSecrets(environment, await open()) : undefined;
  const valuesOf = async (reference: SecretReference): Promise<SecretValues> => {
    if (reference.kind === 'name') return (stored as StoredSecrets).valuesOf(reference);
    const values = localSecrets?.get(reference.id);
    if (values === undefined) throw new BugError(`the values of the secret ${reference.id} are not there`);
    return values;
  };
  const variablesOf = async (references: readonly SecretReference[]) => {
    const variables: Record<string, string> = {};
    for (const reference of references) Object.assign(variables, await valuesOf(reference));
    return variables;
  };
  const envFor = async ({ secrets, env }: FunctionManifest) => {
    const variables = await variablesOf(secrets);
    for (const name of Object.keys(env)) delete variables[name];
    return variables;
  };
  try {
    for (const fn of manifest.functions) await envFor(fn);
  } catch (error) {
    await stored?.close();
    throw error;
  }
  const stateOf = async (reference: SecretReference) =>
    // One that the app brings along has another id with other values, in what is deployed.
    reference.kind === 'local' ? reference.id : `${reference.name}@${await stored?.putAt(reference)}`;
  return {
    variablesOf,
    versionOf: async ({ secrets }) => (await Promise.all(secrets.map(stateOf))).join(' '),
    async envFor(fn) {
      const variables = await envFor(fn);
      stored?.noteUse(fn.secrets.flatMap((reference) => (reference.kind === 'name' ? [reference.name] : [])));
      return variables;
    },
    [Symbol.asyncDispose]: async () => stored?.close(),
  };
}

async function openUsersVault(): Promise<OpenVault> {
  const { openVault } = await import('./open-vault.ts');
  return openVault();
}

class StoredSecrets {
  readonly #environment: string;
  readonly #opened: OpenVault;
  readonly #known = new Map<string, OpenSecret>();
  readonly #noted = new Map<string, number>();

  constructor(environment: string, opened: OpenVault) {
    this.#environment = environment;
    this.#opened = opened;
  }

  async putAt({ name }: NamedReference): Promise<number> {
    return (await this.#open(name)).putAt;
  }

  async valuesOf({ name, requiredKeys }: NamedReference): Promise<SecretValues> {
    const secret = await this.#open(name);
    const missing = requiredKeys.filter((key) => !Object.hasOwn(secret.values, key));
    if (missing.length > 0) {
      throw secretKeysMissing(name, this.#environment, missing, Object.keys(secret.values));
    }
    return secret.values;
  }

  async #open(name: string): Promise<OpenSecret> {
    const place = { environment: this.#environment, name };
    const secret = await this.#opened.vault.open(place, this.#known.get(name));
    this.#known.set(name, secret);
    return secret;
  }

  noteUse(names: readonly string[]): void {
    const now = performance.now();
    const due = names.filter(
      (name) => now - (this.#noted.get(name) ?? Number.NEGATIVE_INFINITY) > NOTE_USE_MS,
    );
    if (due.length === 0) return;
    for (const name of due) this.#noted.set(name, now);
    // Nothing waits for it, and a note that cannot be taken (a full disk) is no reason to run nothing.
    this.#opened.vault.markUsed(this.#environment, due).catch(() => {});
  }

  close(): Promise<void> {
    return this.#opened[Symbol.asyncDispose]() as Promise<void>;
  }
}
