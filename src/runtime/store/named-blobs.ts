/**
 * Which blobs a deployment names: the bundles of its parts, and the trees that its manifest has in the place of local
 * paths (`tree:<digest>/…`). What a tree names in turn is in the tree. Pure.
 */
import type { DeploymentRecord } from './deployment-records.ts';

const TREE = /\btree:([0-9a-f]{64})\b/g;

/** Digests, in any order and some of them twice. `manifest` is the manifest as JSON. */
export function namedBlobs({
  parts,
  manifest,
}: {
  readonly parts: DeploymentRecord['parts'];
  readonly manifest: string;
}): string[] {
  const bundles = Object.values(parts).map(({ bundle }) => bundle);
  return [...bundles, ...Array.from(manifest.matchAll(TREE), ([, digest]) => digest as string)];
}
