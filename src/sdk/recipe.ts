/**
 * What an image recipe is as data: a base and a list of steps, in order.
 *
 * The SDK only collects it; runtime/images turns it into a Dockerfile. It is part of the manifest,
 * so every field must survive JSON.
 *
 * Invariants
 * - what lies on the user's disk is named by `local`: a path as the user wrote it until runtime/app
 *   (place-recipe.ts) makes it absolute
 */

/** Where Python packages come from, and how pip chooses among them. */
export interface PipOptions {
  /** Index in place of https://pypi.org/simple. */
  readonly indexUrl?: string;
  /** Further indexes, e.g. `https://download.pytorch.org/whl/cu124`. */
  readonly extraIndexUrl?: string | readonly string[];
  /** A page of links to archives, or a folder of the image. */
  readonly findLinks?: string;
  /** Take pre-releases too. Default: false. */
  readonly pre?: boolean;
  /** Further options of the installer, each a word of its own: `["--no-deps"]`. */
  readonly extraOptions?: readonly string[];
}

/** What a step does. */
type StepWork =
  | { readonly kind: 'apt-install'; readonly packages: readonly string[] }
  | { readonly kind: 'npm-install'; readonly packages: readonly string[] }
  | { readonly kind: 'npm-lock'; readonly local: string }
  | { readonly kind: 'pip-install'; readonly packages: readonly string[]; readonly options: PipOptions }
  | { readonly kind: 'pip-requirements'; readonly local: string; readonly options: PipOptions }
  | { readonly kind: 'uv-pip-install'; readonly packages: readonly string[]; readonly options: PipOptions }
  | { readonly kind: 'add-node'; readonly version: string }
  | { readonly kind: 'run-commands'; readonly commands: readonly string[] }
  | { readonly kind: 'dockerfile-commands'; readonly lines: readonly string[] }
  | {
      readonly kind: 'add-local';
      readonly local: string;
      /** Absolute path in the image. */
      readonly remote: string;
      readonly directory: boolean;
      /** Baked into a layer; else there when a container starts, and no part of the image. */
      readonly copy: boolean;
      /** Patterns as of a .dockerignore file. */
      readonly ignore: readonly string[];
    }
  | { readonly kind: 'env'; readonly variables: Readonly<Record<string, string>> }
  | { readonly kind: 'workdir'; readonly path: string }
  | { readonly kind: 'user'; readonly name: string }
  | { readonly kind: 'shell'; readonly command: readonly string[] };

/** A secret of a step, by what leads to its values. */
export type StepSecret =
  | { readonly kind: 'name'; readonly name: string; readonly requiredKeys: readonly string[] }
  | { readonly kind: 'local'; readonly id: string };

/** One step of a recipe becomes one layer of the image. */
export type ImageStep = StepWork & {
  /** Variables of this step alone. Filled in by runtime/app (place-recipe.ts). */
  readonly secrets?: readonly StepSecret[];
  /** Runs anew, with all steps behind it, whenever the app starts. No part of what the image is. */
  readonly force?: true;
  /** Where the user declared it, to be shown: `app.ts:12`. No part of what the image is. */
  readonly at?: string;
};

/** A Dockerfile of the user's, whose image the steps build on. */
export interface DockerfileBase {
  readonly local: string;
  /** Folder that it copies from. Default: the folder of the Dockerfile. */
  readonly context?: string;
  readonly buildArgs?: Readonly<Record<string, string>>;
  /** The stage to build. Default: the last. */
  readonly target?: string;
  /** Patterns as of a .dockerignore file, after those of the file. */
  readonly ignore?: readonly string[];
  /** As of a step. */
  readonly at?: string;
}

export interface ImageRecipe {
  /** Reference of the base image, as `docker pull` takes it. Empty where `dockerfile` is the base. */
  readonly base: string;
  readonly dockerfile?: DockerfileBase;
  /** The login for the registry of the base. Filled in by runtime/app (place-recipe.ts). No part of what the image is. */
  readonly login?: StepSecret;
  readonly steps: readonly ImageStep[];
}
