/**
 * Image recipes: what a function's container holds besides the app's own code.
 *
 * A chain is immutable: each call returns a new recipe with one more step. Nothing is built here, and no file is
 * read; the app's own code is never part of an image, so changing code rebuilds nothing.
 */
import { declarationSite } from './declaration.ts';
import type { DockerfileBase, ImageRecipe, ImageStep, PipOptions } from './recipe.ts';
import type { Secret } from './secret.ts';

/** The Node major of functions that name no image: the current long-term support line. */
const DEFAULT_NODE = '24';
/** The Python of `Image.python()`. */
const DEFAULT_PYTHON = '3.12';

/** What a step can be told about its running. */
export interface RunStepOptions {
  /**
   * Run it anew, and all steps behind it, at every `dray run` and `dray deploy`: for what changes by itself, such as a branch that is
   * cloned. Default: false.
   */
  readonly forceBuild?: boolean;
}

/** What a step can be given beside its work. */
export interface StepOptions extends RunStepOptions {
  /** Environment variables for this step alone: in no layer, argument, history or cache key. Needs docker buildx. */
  readonly secrets?: readonly Secret[];
}

/** The words of a step, and its options behind them where there are any. */
type WordsAnd<Options> = string[] | [...string[], Options];

/** An immutable image recipe. Start with one of the static bases, then chain steps. */
export class Image {
  /** The recipe as data. */
  readonly recipe: ImageRecipe;
  /** The stack at the call of each step, in order: for messages, and for paths relative to the file. */
  readonly declaredAt: readonly string[];

  /** The stack at the call that chose the base. */
  readonly baseDeclaredAt: string;
  /** The secrets of each step, in order. */
  readonly secrets: readonly (readonly Secret[])[];
  /** The login for the registry of the base. */
  readonly registrySecret: Secret | undefined;

  private constructor(
    recipe: ImageRecipe,
    declaredAt: readonly string[],
    baseDeclaredAt = '',
    secrets: readonly (readonly Secret[])[] = [],
    registrySecret?: Secret,
  ) {
    this.recipe = recipe;
    this.declaredAt = declaredAt;
    this.baseDeclaredAt = baseDeclaredAt;
    this.secrets = secrets;
    this.registrySecret = registrySecret;
  }

  /**
   * The official slim Node image, `node:VERSION-bookworm-slim`.
   *
   * @param version a tag of the official image: `"24"` (the default), `"22"`, `"24.11.1"`
   */
  static node(version: string = DEFAULT_NODE): Image {
    return Image.fromRegistry(`node:${version}-bookworm-slim`);
  }

  /**
   * The official slim Python image, `python:VERSION-slim-bookworm`. It has no Node: functions of TypeScript borrow one.
   *
   * @param version a tag of the official image: `"3.12"` (the default), `"3.11"`, `"3.13.1"`
   */
  static python(version: string = DEFAULT_PYTHON): Image {
    return Image.fromRegistry(`python:${version}-slim-bookworm`);
  }

  /**
   * Debian 12 slim with Node, Python or both: the official image of the one that is named. With both it is the
   * Python image, and Node is copied into it from its own. Without either it is `Image.node()`.
   */
  static debianSlim({ node, python }: { node?: string; python?: string } = {}): Image {
    if (python === undefined) return Image.node(node);
    const image = Image.python(python);
    return node === undefined
      ? image
      : image.with({ kind: 'add-node', version: node }, declarationSite(Image.debianSlim));
  }

  /**
   * Any image of a registry, e.g. `ghcr.io/acme/tools:2`. Where it has no Node of 20 or newer, functions are given one.
   *
   * @param tag a reference as `docker pull` takes it; pin a digest (`name@sha256:…`) to make it immutable
   * @param options.secret a login for its registry, as `REGISTRY_USERNAME` and `REGISTRY_PASSWORD`. Default: that of `docker login`
   */
  static fromRegistry(tag: string, { secret }: { secret?: Secret } = {}): Image {
    return new Image({ base: tag, steps: [] }, [], declarationSite(Image.fromRegistry), [], secret);
  }

  /**
   * The image of a Dockerfile of yours, whatever it uses of a Dockerfile's syntax. Steps build on it.
   *
   * @param path relative to the file that calls this, as is `context`
   */
  static fromDockerfile(path: string, options: Omit<DockerfileBase, 'local' | 'at'> = {}): Image {
    const dockerfile = { local: path, ...options };
    return new Image({ base: '', dockerfile, steps: [] }, [], declarationSite(Image.fromDockerfile));
  }

  /** Installs Debian packages, without recommended ones. A version is pinned by `name=version`. */
  aptInstall(...packagesAndOptions: WordsAnd<RunStepOptions>): Image {
    const { words: packages, beside } = splitOptions(packagesAndOptions);
    return this.with({ kind: 'apt-install', packages }, declarationSite(this.aptInstall), beside);
  }

  /**
   * Installs npm packages where the app's code finds them by name. Pin versions: `"sharp@0.34.5"`.
   * A package installed here is left out of the app's bundle.
   */
  npmInstall(...packagesAndOptions: WordsAnd<StepOptions>): Image {
    const { words: packages, beside } = splitOptions(packagesAndOptions);
    return this.with({ kind: 'npm-install', packages }, declarationSite(this.npmInstall), beside);
  }

  /**
   * Installs what the lock file of a folder says, where the app's code finds it by name: the dependencies of its
   * package.json, without those for development. The lock file decides the package manager: npm, pnpm, yarn or bun.
   *
   * @param folder relative to the file that calls this
   */
  npmInstallFromLock(folder: string, options: StepOptions = {}): Image {
    return this.with({ kind: 'npm-lock', local: folder }, declarationSite(this.npmInstallFromLock), options);
  }

  /**
   * Installs Python packages with the image's pip. Pin versions: `"numpy==2.2.1"`. Options come last:
   * `pipInstall("torch==2.6.0", { indexUrl: "https://download.pytorch.org/whl/cu124" })`.
   */
  pipInstall(...packagesAndOptions: WordsAnd<PipOptions & StepOptions>): Image {
    const { words: packages, options, beside } = splitOptions(packagesAndOptions);
    return this.with({ kind: 'pip-install', packages, options }, declarationSite(this.pipInstall), beside);
  }

  /**
   * Installs what a requirements file lists, with the image's pip. The image is rebuilt when the file changes.
   *
   * @param file relative to the file that calls this
   */
  pipInstallFromRequirements(file: string, options: PipOptions & StepOptions = {}): Image {
    const site = declarationSite(this.pipInstallFromRequirements);
    const { options: rest, beside } = splitOptions([options]);
    return this.with({ kind: 'pip-requirements', local: file, options: rest }, site, beside);
  }

  /** Installs Python packages as {@link pipInstall} does, with uv: faster, and its errors tell more. */
  uvPipInstall(...packagesAndOptions: WordsAnd<PipOptions & StepOptions>): Image {
    const { words: packages, options, beside } = splitOptions(packagesAndOptions);
    return this.with(
      { kind: 'uv-pip-install', packages, options },
      declarationSite(this.uvPipInstall),
      beside,
    );
  }

  /**
   * Runs shell commands, all in one layer, each only if the one before it succeeded. Options come last:
   * `runCommands("./fetch.sh", { secrets: [Secret.fromName("hub")] })`.
   */
  runCommands(...commandsAndOptions: WordsAnd<StepOptions>): Image {
    const { words: commands, beside } = splitOptions(commandsAndOptions);
    return this.with({ kind: 'run-commands', commands }, declarationSite(this.runCommands), beside);
  }

  /** Adds instructions of a Dockerfile as they are, one each: `"EXPOSE 80"`, `"COPY --from=golang:1.24 /usr/local/go /go"`. */
  dockerfileCommands(...lines: string[]): Image {
    return this.with({ kind: 'dockerfile-commands', lines }, declarationSite(this.dockerfileCommands));
  }

  /**
   * Adds a file of this machine, read-only, when a container starts: changing it builds nothing. With `copy` it is baked
   * into a layer instead, for later steps to use.
   *
   * @param local relative to the file that calls this
   * @param remote absolute; one that ends in a slash is the folder that the file goes into
   */
  addLocalFile(local: string, remote: string, { copy = false }: { copy?: boolean } = {}): Image {
    const into = remote.endsWith('/') ? `${remote}${local.split('/').at(-1)}` : remote;
    const step = { kind: 'add-local', local, remote: into, directory: false, copy, ignore: [] } as const;
    return this.with(step, declarationSite(this.addLocalFile));
  }

  /**
   * Adds a folder of this machine, as {@link addLocalFile} adds a file.
   *
   * @param options `ignore`: patterns as of a .dockerignore file, for what to leave out
   */
  addLocalDir(local: string, remote: string, options: { copy?: boolean; ignore?: string[] } = {}): Image {
    const { copy = false, ignore = [] } = options;
    const step = { kind: 'add-local', local, remote, directory: true, copy, ignore: [...ignore] } as const;
    return this.with(step, declarationSite(this.addLocalDir));
  }

  /** Sets environment variables for later steps and for the functions. */
  env(variables: Record<string, string>): Image {
    return this.with({ kind: 'env', variables: { ...variables } }, declarationSite(this.env));
  }

  /** Sets the working directory of later steps and of the functions; it is created where missing. */
  workdir(path: string): Image {
    return this.with({ kind: 'workdir', path }, declarationSite(this.workdir));
  }

  /** Sets the user of later steps and of the functions: `"app"`, `"1000:1000"`. Installs mostly need root: do them before. */
  user(name: string): Image {
    return this.with({ kind: 'user', name }, declarationSite(this.user));
  }

  /** Sets the shell of later `runCommands`, e.g. `["/bin/bash", "-euo", "pipefail", "-c"]`; the command is its last argument. */
  shell(command: string[]): Image {
    return this.with({ kind: 'shell', command: [...command] }, declarationSite(this.shell));
  }

  private with(step: ImageStep, site: string, { secrets = [], forceBuild }: StepOptions = {}): Image {
    const placed = forceBuild === true ? ({ ...step, force: true } as const) : step;
    const recipe = { ...this.recipe, steps: [...this.recipe.steps, placed] };
    const all = [...this.secrets, secrets];
    return new Image(recipe, [...this.declaredAt, site], this.baseDeclaredAt, all, this.registrySecret);
  }
}

function splitOptions<Options extends StepOptions>(all: WordsAnd<Options>) {
  const last = all.at(-1);
  const hasOptions = typeof last === 'object' && last !== null;
  const { secrets, forceBuild, ...options } = (hasOptions ? last : {}) as Options;
  const beside = {
    ...(secrets !== undefined && { secrets }),
    ...(forceBuild !== undefined && { forceBuild }),
  };
  return { words: (hasOptions ? all.slice(0, -1) : all) as string[], options, beside };
}
