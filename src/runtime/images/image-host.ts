/**
 * Port: what runtime/images needs of a Docker host to have an image.
 *
 * Implemented by containers/docker. The backend without images has none.
 *
 * Invariants
 * - an aborted pull or build ends at once, rejects with the signal's reason and leaves no image behind
 * - errors are those of image-errors.ts, the same whichever way the host builds
 */
import type { ContextEntry } from './build-context.ts';
import type { RegistryLogin } from './registry-auth.ts';

/** As much of a host as it takes to have images. */
export interface ImageStore {
  /** Told of each image that will be pulled or built, of all of them before the first is. */
  expect?(reference: string): void;
  /** Whether the host holds an image of this reference, asked without any builder. */
  hasImage(reference: string): Promise<boolean>;
  /** Fetches an image from its registry, reporting progress. Throws an EnvironmentError where it cannot. */
  pullImage(
    reference: string,
    onProgress: OnImageProgress,
    signal?: AbortSignal,
    login?: RegistryLogin,
  ): Promise<void>;
  /** Builds a Dockerfile into `tag`. Throws an ImageBuildError (image-errors.ts) where a step fails. */
  buildImage(build: ImageBuild, onProgress: OnImageProgress, signal?: AbortSignal): Promise<void>;
}

/** All that is asked of a host. */
export interface ImageHost extends ImageStore {
  /** What an image is that the host holds. */
  describeImage(reference: string): Promise<ImageDescription>;
  /** What its processor is, as Docker calls it: `amd64`, `arm64`. */
  architecture(): Promise<string>;
  /** Runs a script in a container of an image that the host holds. */
  runScript(script: ImageScript, signal?: AbortSignal): Promise<ScriptOutcome>;
  /** Makes a volume unless there is one of this name. Returns what tells it from any other, before and after it. */
  ensureVolume(name: string, labels: Readonly<Record<string, string>>): Promise<string>;
}

export interface ImageDescription {
  /** Digest that stands for all its content. */
  readonly id: string;
  /** As Docker calls it: `amd64`, `arm64`. */
  readonly architecture: string;
  /** Its variables, each `NAME=value`. */
  readonly env: readonly string[];
}

/** A shell script to run in a container of its own, without a network. */
export interface ImageScript {
  readonly image: string;
  readonly script: string;
  /** A volume that it sees. */
  readonly mount?: { readonly name: string; readonly target: string; readonly readOnly: boolean };
}

export interface ScriptOutcome {
  readonly code: number;
  /** All that it printed. */
  readonly output: string;
}

export interface ImageBuild {
  readonly tag: string;
  /** Path of the Dockerfile in the context. */
  readonly dockerfile: string;
  /** The stage to build. Default: the last. */
  readonly target?: string;
  /** Reference of the image in the Dockerfile's FROM; none for a Dockerfile of the user's. */
  readonly base?: string;
  /** Each numbered step of the build after FROM, in order; none for a Dockerfile of the user's: it speaks for itself. */
  readonly steps?: readonly BuildStep[];
  readonly labels: Readonly<Record<string, string>>;
  /** Values of ARGs, and Docker's predefined proxy arguments: those are never part of the image or its cache. */
  readonly buildArgs: Readonly<Record<string, string>>;
  /** Values by the ids of `--mount=type=secret`. Throws a BuildxNeededError where the host's builder takes none. */
  readonly secrets?: Readonly<Record<string, string>>;
  /** For the registry of the base. Default: the user's own. */
  readonly login?: RegistryLogin;
  /** Nothing that the builder remembers of earlier builds is taken. */
  readonly noCache?: boolean;
  /** What the build starts from is fetched even where it is here, in case its tag has moved. */
  readonly pull?: boolean;
  /** The build context, the Dockerfile in it. */
  readonly context: readonly ContextEntry[];
}

/** What a builder has to know of a step to speak of it. */
export interface BuildStep {
  /** The user's words: `aptInstall("ffmpeg")`. */
  readonly name: string;
  /** Where the user declared it: `app.ts:12`. */
  readonly at?: string;
  /** It runs a package manager, so that the manager's own messages can be told from those of a user's program. */
  readonly installs: boolean;
}

export type OnImageProgress = (progress: ImageProgress) => void;

/** A step began, printed something, or bytes of an image came from its registry. */
export type ImageProgress =
  | { readonly kind: 'step'; readonly name: string }
  | { readonly kind: 'log'; readonly text: string }
  /** Sums over the layers known so far, both growing. */
  | { readonly kind: 'download'; readonly receivedBytes: number; readonly totalBytes: number };
