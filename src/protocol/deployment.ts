/**
 * What a deploy is asked by, what it tells while it goes on, and what came of it: as plain data that survives JSON.
 *
 * Everything large travels beside it as blobs, by digest: bundles as encodeBundleBlob (bundle.ts) makes them, and the
 * local files of recipes as file trees.
 *
 * Invariants
 * - a manifest that is deployed names nothing of its author's machine: each local path of a recipe is `tree:DIGEST/PATH`
 */
import type { ImageEvent, ImageReport } from './control-plane.ts';
import type { AppManifest } from './manifest.ts';

/** New containers before the old ones drain, or after the old ones have ended. */
export const DEPLOY_STRATEGIES = ['rolling', 'recreate'] as const;
export type DeployStrategy = (typeof DEPLOY_STRATEGIES)[number];

/** Begins a local path of a deployed manifest; the digest of the tree and the path in it follow. */
export const TREE_PREFIX = 'tree:';

/** A file tree: the blob that lists what is in it. Its files are blobs of their own. */
export interface FileTree {
  readonly entries: readonly TreeEntry[];
}

/** Paths are relative, with slashes, sorted; folders are listed before what is in them. */
export type TreeEntry =
  | { readonly kind: 'folder'; readonly path: string; readonly mode: number }
  /** `digest` is that of the blob with its contents. */
  | {
      readonly kind: 'file';
      readonly path: string;
      readonly mode: number;
      readonly digest: string;
      readonly size: number;
    }
  | { readonly kind: 'link'; readonly path: string; readonly target: string };

/** What is recorded of a deploy, and changes nothing. */
export interface DeployMeta {
  /** Version of the dray that deploys. */
  readonly client: string;
  /** Name of the token; the server fills it in. */
  readonly deployedBy: string;
  /** The user's own name for the version; at most 50 characters. */
  readonly tag?: string;
  readonly commit?: string;
  /** The working tree had changes beside the commit. */
  readonly dirty?: boolean;
}

export interface DeployRequest {
  readonly environment: string;
  /** Its local paths are `tree:…`: see placeLocalTrees of runtime/images/local-trees.ts. */
  readonly manifest: AppManifest;
  /** Digest of the blob of each function's bundle. */
  readonly bundles: Readonly<Record<string, string>>;
  /** Values of the secrets that the app brings along, by the id of their reference. Kept sealed. */
  readonly localSecrets?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly meta: DeployMeta;
  /** Default: rolling. */
  readonly strategy?: DeployStrategy;
}

/** What a deploy does, as it does it. */
export type DeployEvent =
  | { readonly kind: 'image'; readonly event: ImageEvent }
  /** A function's new container starts, beside those that serve. */
  | { readonly kind: 'starting'; readonly functionName: string }
  | { readonly kind: 'ready'; readonly functionName: string }
  /** From here on the new version serves. */
  | { readonly kind: 'published'; readonly version: number };

/** How a function of the new version stands to that of the old one. */
export interface FunctionChange {
  readonly name: string;
  readonly change: 'added' | 'changed' | 'removed' | 'unchanged';
  /** What changed, by the names of the options, and `code`, `image` and `secrets`. Empty unless `changed`. */
  readonly fields: readonly string[];
  /** Its containers are replaced by new ones. */
  readonly replaced: boolean;
}

export interface DeployOutcome {
  readonly environment: string;
  readonly app: string;
  /** The version that serves now. */
  readonly version: number;
  /** The one that served before; undefined where none did. */
  readonly previous?: number;
  /** False where nothing was to do: there is no new version then. */
  readonly changed: boolean;
  readonly functions: readonly FunctionChange[];
  readonly images: readonly ImageReport[];
}

/** What a deploy would do. */
export interface DeployPlan {
  readonly environment: string;
  readonly app: string;
  /** The version that serves; undefined where none does. */
  readonly current?: number;
  readonly changed: boolean;
  readonly functions: readonly FunctionChange[];
  /** Images that the host lacks, with the functions that need them. */
  readonly images: readonly { readonly image: string; readonly functions: readonly string[] }[];
}

/** Blobs that a deploy needs and the server lacks. */
export interface MissingBlobs {
  readonly missing: readonly string[];
}
