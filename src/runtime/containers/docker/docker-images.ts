/**
 * The images of one Docker host: asks for them, pulls them, builds them. Implements ImageHost.
 *
 * Builds go through buildx where it is installed and through the engine's own BuildKit API otherwise. It keeps no
 * list of images: the engine is asked each time.
 *
 * Invariants
 * - either way gives the same tag, labels and errors
 * - what is aborted rejects with the signal's reason
 */
import type { ToolError } from '../../../shared/errors.ts';
import { BuildxNeededError } from '../../images/image-errors.ts';
import type {
  ImageBuild,
  ImageDescription,
  ImageHost,
  ImageScript,
  OnImageProgress,
  ScriptOutcome,
} from '../../images/image-host.ts';
import { type RegistryLogin, registryLogin } from '../../images/registry-auth.ts';
import { BuildLog } from './build-log.ts';
import { buildWithBuildx, type DockerProgram, hasBuildx } from './buildx.ts';
import type { DockerClient } from './docker-client.ts';
import { type DockerFailure, dockerMessage, isGone, translateDockerError } from './docker-errors.ts';
import { buildError, pullError } from './docker-images-failure.ts';
import { pullFromRegistry } from './docker-images-pull.ts';
import { buildWithEngine } from './engine-build.ts';
import { runImageScript } from './image-script.ts';

/** The image that another was built on, by its digest. */
const BASE_LABEL = 'dev.dray.base';

export interface DockerImagesOptions {
  /** The `docker` program. Default: `docker`, found on PATH, run in this process's environment. */
  readonly program?: Partial<DockerProgram>;
  /** Default `auto`: buildx where there is one, else the engine. */
  readonly builder?: 'auto' | 'buildx' | 'engine';
}

export class DockerImages implements ImageHost {
  readonly #client: Pick<DockerClient, 'docker' | 'endpoint'>;
  readonly #program: DockerProgram;
  readonly #builder: 'auto' | 'buildx' | 'engine';
  #buildxFound: Promise<boolean> | undefined;

  constructor(client: Pick<DockerClient, 'docker' | 'endpoint'>, options: DockerImagesOptions = {}) {
    this.#client = client;
    this.#program = { command: 'docker', env: process.env, ...options.program };
    this.#builder = options.builder ?? 'auto';
  }

  async hasImage(reference: string): Promise<boolean> {
    try {
      await this.#client.docker.getImage(reference).inspect();
      return true;
    } catch (error) {
      if (isGone(error)) return false;
      throw this.#translate(error, 'look for an image', reference);
    }
  }

  describeImage(reference: string): Promise<ImageDescription> {
    return this.#asking('look for an image', reference, async (docker) => {
      const { Id, Architecture, Config } = await docker.getImage(reference).inspect();
      return { id: Id, architecture: Architecture, env: Config?.Env ?? [] };
    });
  }

  architecture(): Promise<string> {
    return this.#asking('say what it is', '', async (docker) => (await docker.version()).Arch);
  }

  runScript(script: ImageScript, signal?: AbortSignal): Promise<ScriptOutcome> {
    return this.#asking('run a container', script.image, (docker) => runImageScript(docker, script, signal));
  }

  ensureVolume(name: string, labels: Readonly<Record<string, string>>): Promise<string> {
    return this.#asking('make a volume', '', async (docker) => {
      await docker.createVolume({ Name: name, Labels: { ...labels } });
      const { CreatedAt, Mountpoint } = (await docker.getVolume(name).inspect()) as {
        CreatedAt?: string;
        Mountpoint: string;
      };
      return JSON.stringify([this.#client.endpoint.host, name, CreatedAt, Mountpoint]);
    });
  }

  async pullImage(
    reference: string,
    onProgress: OnImageProgress,
    signal?: AbortSignal,
    ofRecipe?: RegistryLogin,
  ): Promise<void> {
    signal?.throwIfAborted();
    const { login, trouble } =
      ofRecipe === undefined ? await registryLogin(reference, this.#program.env) : { login: ofRecipe };
    const failed = (answer: string, status: number | undefined, cause: unknown) =>
      pullError(reference, answer, status, { cause, trouble, hasLogin: login !== undefined });
    let failure: string | undefined;
    try {
      failure = await pullFromRegistry(this.#client.docker, reference, login, onProgress, signal);
    } catch (error) {
      signal?.throwIfAborted();
      const { statusCode } = error as DockerFailure;
      if (statusCode === undefined) throw this.#translate(error, 'pull an image', reference);
      throw failed(answerOf(error as DockerFailure), statusCode, error);
    }
    signal?.throwIfAborted();
    if (failure !== undefined) throw failed(failure, undefined, new Error(failure));
  }

  async buildImage(build: ImageBuild, onProgress: OnImageProgress, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    const usesBuildx = this.#usesBuildx();
    if (build.secrets !== undefined && !(await usesBuildx)) throw new BuildxNeededError(build.tag);
    // Fetched by the engine: its own BuildKit has no login of the user's, and what it fetches by itself has no digest here.
    const [useBuildx, baseLabel] = await Promise.all([usesBuildx, this.#haveBase(build, onProgress, signal)]);
    const labels = { ...build.labels, ...baseLabel };
    const log = new BuildLog(build, onProgress);
    const message = await this.#run({ ...build, labels }, log, useBuildx, signal);
    signal?.throwIfAborted();
    if (message === undefined) return;
    const failure = log.failure(message);
    const { base } = failure;
    if (base !== undefined && base !== 'scratch' && !(await this.hasImage(base))) {
      // BuildKit says in words alone why a base cannot be had; the engine's pull says it by a status.
      await this.pullImage(base, onProgress, signal, build.login);
      return this.buildImage(build, onProgress, signal);
    }
    if (failure.step === undefined) await this.#ping();
    throw buildError(build.tag, failure);
  }

  async #run(build: ImageBuild, log: BuildLog, useBuildx: boolean, signal: AbortSignal | undefined) {
    const { docker, endpoint } = this.#client;
    try {
      return useBuildx
        ? await buildWithBuildx(this.#program, endpoint, build, log, signal)
        : await buildWithEngine(docker, build, log, signal);
    } catch (error) {
      signal?.throwIfAborted();
      const { statusCode } = error as DockerFailure;
      // The engine reads the request before it builds: what it refuses there is the Dockerfile.
      if (statusCode === 400) return answerOf(error as DockerFailure);
      throw this.#translate(error, 'build an image', build.base ?? build.tag);
    }
  }

  /** Fetches what a build starts from, where that is to be. Returns the label that says what it was. */
  async #haveBase(
    { base, pull, login }: ImageBuild,
    onProgress: OnImageProgress,
    signal: AbortSignal | undefined,
  ) {
    if (base === undefined || base === 'scratch') return {};
    if (pull === true || !(await this.hasImage(base))) await this.pullImage(base, onProgress, signal, login);
    const pinned = await this.#asking('look for an image', base, async (docker) =>
      pinnedReference(base, (await docker.getImage(base).inspect()).RepoDigests ?? []),
    );
    return pinned === undefined ? {} : { [BASE_LABEL]: pinned };
  }

  /** A builder that failed outside of any step may have lost its engine. Throws where it has. */
  async #ping(): Promise<void> {
    try {
      await this.#client.docker.ping();
    } catch (error) {
      throw this.#translate(error, 'build an image', '');
    }
  }

  #usesBuildx(): Promise<boolean> {
    if (this.#builder !== 'auto') return Promise.resolve(this.#builder === 'buildx');
    this.#buildxFound ??= hasBuildx(this.#program);
    return this.#buildxFound;
  }

  async #asking<T>(action: string, image: string, ask: (docker: DockerClient['docker']) => Promise<T>) {
    try {
      return await ask(this.#client.docker);
    } catch (error) {
      // The signal's reason, or an error of ours.
      if ((error as DockerFailure).statusCode === undefined && (error as DockerFailure).code === undefined)
        throw error;
      throw this.#translate(error, action, image);
    }
  }

  #translate(error: unknown, action: string, image: string): ToolError {
    return translateDockerError(error, { endpoint: this.#client.endpoint, action, image });
  }
}

/** `node:24-bookworm-slim@sha256:…`; undefined for an image that came from no registry. */
function pinnedReference(reference: string, digests: readonly string[]): string | undefined {
  if (reference.includes('@')) return reference;
  const digest = digests.map((each) => each.split('@')[1]).find((each) => each !== undefined);
  return digest === undefined ? undefined : `${reference}@${digest}`;
}

/** The engine's own sentence. dockerode keeps it apart from its decoration only where the answer is no stream. */
function answerOf(failure: DockerFailure): string {
  return dockerMessage(failure).replace(/^\(HTTP code \d+\) .*? - /, '');
}
