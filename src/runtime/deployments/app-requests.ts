/**
 * Makes of a deployed version what an engine starts: its files laid out, its code read from blobs, its secrets opened.
 *
 * Invariants
 * - what an engine is asked for is there: a deploy that lacks a blob is refused before anything is done
 */
import { type Bundle, decodeBundleBlob } from '../../protocol/bundle.ts';
import type { AppRequest } from '../../protocol/control-plane.ts';
import type { InvocationHost } from '../../protocol/invocation.ts';
import type { AppManifest } from '../../protocol/manifest.ts';
import { deployIncomplete } from './deploy-errors.ts';
import type { AppPlace } from './deployment-secrets.ts';
import type { BlobReader, LaidOutTrees } from './laid-out-trees.ts';
import { placeManifest, treesOf } from './placed-manifest.ts';

/** What a version is made of, by what was sent. */
export interface VersionContents {
  readonly manifest: AppManifest;
  /** Digest of the blob of each function's bundle. */
  readonly bundles: Readonly<Record<string, string>>;
  /** Values of its secrets, by the ids of the manifest's references. */
  readonly localSecrets: ReadonlyMap<string, Readonly<Record<string, string>>>;
}

export class AppRequests {
  readonly #blobs: BlobReader;
  readonly #trees: LaidOutTrees;
  readonly #outside: ((place: AppPlace) => InvocationHost) | undefined;

  constructor(blobs: BlobReader, trees: LaidOutTrees, outside?: (place: AppPlace) => InvocationHost) {
    this.#blobs = blobs;
    this.#trees = trees;
    this.#outside = outside;
  }

  /** Throws DEPLOY_INCOMPLETE where something that it names is not there, and FILE_TREE_INVALID. */
  async check({ manifest, bundles }: Pick<VersionContents, 'manifest' | 'bundles'>): Promise<void> {
    const without = manifest.functions.filter(({ name }) => bundles[name] === undefined);
    if (without.length > 0) throw deployIncomplete(without.map(({ name }) => `the code of ${name}`));
    const trees = treesOf(manifest);
    const missing = this.#blobs.missing([...Object.values(bundles), ...trees]);
    for (const digest of trees) {
      if (missing.includes(digest)) continue;
      const { entries } = await this.#trees.tree(digest);
      const files = entries.flatMap((entry) => (entry.kind === 'file' ? [entry.digest] : []));
      missing.push(...this.#blobs.missing(files));
    }
    if (missing.length > 0) throw deployIncomplete(missing);
  }

  /** What the engine is asked. Throws what laying out throws. */
  async of(place: AppPlace, contents: VersionContents, signal?: AbortSignal): Promise<AppRequest> {
    const { bundles, localSecrets } = contents;
    const read = new Map<string, Promise<Bundle>>();
    const outside = this.#outside?.(place);
    return {
      manifest: await placeManifest(contents.manifest, this.#trees),
      environment: place.environment,
      lifetime: 'deployed',
      localSecrets,
      // Functions of one image share a bundle: it is read once, and held once.
      bundleFor: (functionName) => {
        const digest = bundles[functionName] ?? '';
        const known =
          read.get(digest) ?? this.#blobs.read(digest).then((bytes) => decodeBundleBlob(bytes, digest));
        read.set(digest, known);
        return known;
      },
      ...(signal !== undefined && { signal }),
      ...(outside !== undefined && { outside }),
    };
  }
}
