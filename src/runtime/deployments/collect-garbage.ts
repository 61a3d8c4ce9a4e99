/**
 * Removes what no version of any app names any more: blobs and trees of deploys that failed or were never made, and sealed
 * values of deploys that were killed.
 *
 * Invariants
 * - what a published version names stays, whichever version it is: it can be rolled back to
 * - what is younger than a day stays: somebody may be about to name it
 */
import type { BlobFolder, Collected } from '../blobs/blob-folder.ts';
import type { Store } from '../store/store.ts';
import { localIds } from './deployment-secrets.ts';
import type { LaidOutTrees } from './laid-out-trees.ts';
import { treesOf } from './placed-manifest.ts';

/** What nobody names is kept for so long, in ms. */
export const KEPT_FOR_MS = 86_400_000;

export interface GarbageParts {
  readonly store: Store;
  readonly blobs: Pick<BlobFolder, 'collectGarbage'>;
  readonly trees: LaidOutTrees;
}

/** Removes what was unnamed since before `olderThan` (milliseconds since 1970). */
export async function collectGarbage(
  { store, blobs, trees }: GarbageParts,
  olderThan: number,
): Promise<Collected & { readonly trees: number; readonly secrets: number }> {
  const named = await namedByVersions(store, trees);
  const kept = new Set([...named.blobs, ...(await store.calls.blobs())]);
  const secrets = await removeSecrets(store, named.secrets, olderThan);
  const laidOut = await trees.collectGarbage(named.trees, olderThan);
  return { ...(await blobs.collectGarbage(kept, olderThan)), trees: laidOut, secrets };
}

async function namedByVersions({ deployments }: Store, trees: LaidOutTrees) {
  const named = { blobs: new Set<string>(), trees: new Set<string>(), secrets: new Set<string>() };
  for (const { environment, name } of await deployments.apps()) {
    for (const { manifest, parts } of await deployments.history(environment, name)) {
      for (const { bundle } of Object.values(parts)) named.blobs.add(bundle);
      for (const tree of treesOf(manifest)) named.trees.add(tree);
      for (const id of localIds(manifest)) named.secrets.add(`${environment}\0${id}`);
    }
  }
  for (const digest of named.trees) {
    named.blobs.add(digest);
    // One that cannot be read keeps nothing alive, and holds nothing up.
    const tree = await trees.tree(digest).catch(() => undefined);
    for (const entry of tree?.entries ?? []) if (entry.kind === 'file') named.blobs.add(entry.digest);
  }
  return named;
}

async function removeSecrets(
  { environments, secrets }: Store,
  named: ReadonlySet<string>,
  olderThan: number,
): Promise<number> {
  let removed = 0;
  for (const { name: environment } of await environments.list()) {
    for (const { name, updatedAt } of await secrets.list(environment)) {
      if (!name.startsWith('deployment:') || named.has(`${environment}\0${name}`)) continue;
      if (updatedAt < olderThan && (await secrets.delete(environment, name))) removed++;
    }
  }
  return removed;
}
