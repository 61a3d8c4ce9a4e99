/**
 * Image recipes: what a function's container holds besides the app's own code.
 *
 * A chain is immutable: each call returns a new recipe with one more step. Nothing is built here;
 * the app's own code is never part of an image, so changing code rebuilds nothing.
 */
import type { ImageRecipe, ImageStep } from './recipe.ts';

/** The Node major of functions that name no image: the current long-term support line. */
const DEFAULT_NODE = '24';

/** An immutable image recipe. Start with one of the static bases, then chain steps. */
export class Image {
  /** The recipe as data. */
  readonly recipe: ImageRecipe;

  private constructor(recipe: ImageRecipe) {
    this.recipe = recipe;
  }

  /**
   * The official slim Node image, `node:VERSION-bookworm-slim`.
   *
   * @param version a tag of the official image: `"24"` (the default), `"22"`, `"24.11.1"`
   */
  static node(version: string = DEFAULT_NODE): Image {
    return new Image({ base: `node:${version}-bookworm-slim`, steps: [] });
  }

  /** Debian 12 slim with Node: the official Node image built on it. `node` as in {@link Image.node}. */
  static debianSlim(options: { node?: string } = {}): Image {
    return Image.node(options.node);
  }

  /**
   * Any image of a registry, e.g. `ghcr.io/acme/tools:2`. It must contain Node 20 or newer.
   *
   * @param tag a reference as `docker pull` takes it; pin a digest (`name@sha256:…`) to make it immutable
   */
  static fromRegistry(tag: string): Image {
    return new Image({ base: tag, steps: [] });
  }

  /** Installs Debian packages, without recommended ones. A version is pinned by `name=version`. */
  aptInstall(...packages: string[]): Image {
    return this.with({ kind: 'apt-install', packages });
  }

  /**
   * Installs npm packages where the app's code finds them by name. Pin versions: `"sharp@0.34.5"`.
   * A package installed here is left out of the app's bundle.
   */
  npmInstall(...packages: string[]): Image {
    return this.with({ kind: 'npm-install', packages });
  }

  /** Runs shell commands, all in one layer, each only if the one before it succeeded. */
  runCommands(...commands: string[]): Image {
    return this.with({ kind: 'run-commands', commands });
  }

  /** Sets environment variables for later steps and for the functions. */
  env(variables: Record<string, string>): Image {
    return this.with({ kind: 'env', variables: { ...variables } });
  }

  /** Sets the working directory of later steps and of the functions; it is created where missing. */
  workdir(path: string): Image {
    return this.with({ kind: 'workdir', path });
  }

  private with(step: ImageStep): Image {
    return new Image({ base: this.recipe.base, steps: [...this.recipe.steps, step] });
  }
}
