/**
 * Makes an opened app ready to be deployed: its code as bundles, its local files as trees, the values it brings along.
 *
 * It reads this machine and changes nothing.
 */

import type { PreparedApp } from '../client/deploy-app.ts';
import type { BlobToSend } from '../client/send-blobs.ts';
import { type Bundle, encodeBundleBlob } from '../protocol/bundle.ts';
import type { AppManifest } from '../protocol/manifest.ts';

/** What runtime/app opens. */
export interface OpenedForDeploy {
  readonly manifest: AppManifest;
  bundleFor(functionName: string): Promise<Bundle>;
  localSecrets(): Promise<ReadonlyMap<string, Readonly<Record<string, string>>>>;
}

/** The app's part of a deploy. `name` takes the place of the app's own. */
export async function prepareDeploy(
  opened: OpenedForDeploy,
  name: string | undefined,
): Promise<Pick<PreparedApp, 'manifest' | 'bundles' | 'localSecrets' | 'blobs'>> {
  const { placeLocalTrees } = await import('../runtime/images/local-trees.ts');
  const [{ manifest, blobs: files }, bundles, secrets] = await Promise.all([
    placeLocalTrees(opened.manifest),
    Promise.all(opened.manifest.functions.map((fn) => bundleOf(opened, fn.name))),
    opened.localSecrets(),
  ]);
  return {
    manifest: name === undefined ? manifest : { ...manifest, app: name },
    bundles: Object.fromEntries(bundles.map(({ functionName, blob }) => [functionName, blob.digest])),
    localSecrets: Object.fromEntries(secrets),
    blobs: [...fileBlobs(files), ...bundles.map(({ blob }) => blob)],
  };
}

function fileBlobs(files: ReadonlyMap<string, Omit<BlobToSend, 'digest'>>): BlobToSend[] {
  return [...files].map(([digest, { size, open }]) => ({ digest, size, open }));
}

async function bundleOf(opened: OpenedForDeploy, functionName: string) {
  const bytes = encodeBundleBlob(await opened.bundleFor(functionName));
  const digest = Buffer.from(await crypto.subtle.digest('SHA-256', bytes)).toString('hex');
  const blob: BlobToSend = { digest, size: bytes.length, open: () => bytes };
  return { functionName, blob };
}
