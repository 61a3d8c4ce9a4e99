/**
 * Keeps the values of secrets that a deployed app brings along: sealed in the vault, under names that the manifest has in
 * the place of its own.
 *
 * Invariants
 * - no value is in a manifest, and none is on the disk but sealed
 * - equal values keep the name that they have: an app that did not change is the same manifest
 * - names of versions that were published stay; those of a deploy that failed are taken back
 */
import type { AppManifest, SecretReference } from '../../protocol/manifest.ts';
import { newId } from '../../shared/ids.ts';
import { inOrder } from '../../shared/in-order.ts';
import type { SecretVault } from '../secrets/secret-vault.ts';

type Values = Readonly<Record<string, string>>;

/** A manifest whose secrets are kept. */
export interface KeptManifest {
  readonly manifest: AppManifest;
  /** Their values by the ids of its references, as AppRequest.localSecrets takes them. */
  readonly values: ReadonlyMap<string, Values>;
  /** Seals those that are new. */
  keep(): Promise<void>;
  /** Takes back what `keep` sealed. */
  forget(): Promise<void>;
}

/** An app, in its environment. */
export interface AppPlace {
  readonly environment: string;
  readonly app: string;
}

export class DeploymentSecrets {
  readonly #vault: SecretVault;

  constructor(vault: SecretVault) {
    this.#vault = vault;
  }

  /** The manifest with names for what it brings along. Nothing is sealed yet. `serving` is the version that it follows. */
  async name(
    { environment, app }: AppPlace,
    manifest: AppManifest,
    given: Readonly<Record<string, Values>>,
    serving: AppManifest | undefined,
  ): Promise<KeptManifest> {
    const known = serving === undefined ? new Map() : await this.open(environment, serving);
    const byContent = new Map([...known].map(([name, values]) => [contentOf(values), name]));
    const names = new Map<string, string>();
    const values = new Map<string, Values>();
    const fresh: string[] = [];
    for (const id of localIds(manifest)) {
      const own = given[id];
      // Left as it is: the engine says that its values are not there.
      if (own === undefined) continue;
      let name = byContent.get(contentOf(own));
      if (name === undefined) {
        name = `deployment:${app}:${newId('ap').slice(3)}`;
        byContent.set(contentOf(own), name);
        fresh.push(name);
      }
      names.set(id, name);
      values.set(name, own);
    }
    const kept: string[] = [];
    return {
      manifest: withNames(manifest, names),
      values,
      keep: async () => {
        for (const name of fresh) {
          await this.#vault.keep({ environment, name }, values.get(name));
          kept.push(name);
        }
      },
      forget: async () => {
        for (const name of kept.splice(0)) await this.#vault.delete({ environment, name }).catch(() => {});
      },
    };
  }

  /** The values of a deployed manifest, by the ids of its references. Throws a ToolError where one does not open. */
  async open(environment: string, manifest: AppManifest): Promise<Map<string, Values>> {
    const opened = new Map<string, Values>();
    for (const name of localIds(manifest)) {
      opened.set(name, (await this.#vault.open({ environment, name })).values);
    }
    return opened;
  }
}

function contentOf(values: Values): string {
  return JSON.stringify(inOrder({ ...values }));
}

/** Ids of the secrets that a manifest brings along: of its functions, and of the steps of their images. */
export function localIds(manifest: AppManifest): Set<string> {
  const ids = new Set<string>();
  const collect = (references: readonly SecretReference[] = []) => {
    for (const reference of references) if (reference.kind === 'local') ids.add(reference.id);
  };
  for (const { secrets, image } of manifest.functions) {
    collect(secrets);
    if (image.login !== undefined) collect([image.login]);
    for (const step of image.steps) collect(step.secrets);
  }
  return ids;
}

function withNames(manifest: AppManifest, names: ReadonlyMap<string, string>): AppManifest {
  const renamed = <T extends SecretReference>(reference: T): T =>
    reference.kind === 'local' ? { ...reference, id: names.get(reference.id) ?? reference.id } : reference;
  const functions = manifest.functions.map((fn) => ({
    ...fn,
    secrets: fn.secrets.map(renamed),
    image: {
      ...fn.image,
      ...(fn.image.login !== undefined && { login: renamed(fn.image.login) }),
      steps: fn.image.steps.map((step) =>
        step.secrets === undefined ? step : { ...step, secrets: step.secrets.map(renamed) },
      ),
    },
  }));
  return { ...manifest, functions };
}
