/**
 * Follows a BuildKit build: which steps ran, what they printed, which one failed.
 *
 * Both ways to build (buildx.ts, engine-build.ts) decode their own wire format into BuildStatus and feed it
 * here. It turns vertices back into the user's words by their number and decides nothing about errors.
 *
 * Invariants
 * - each step is announced once, before its first line
 * - the value of a secret that a step prints is neither shown nor kept
 * - only the last lines of a step are kept, however much it prints
 */
import { StringDecoder } from 'node:string_decoder';
import type { BuildStep, ImageBuild, OnImageProgress } from '../../images/image-host.ts';

/** One message of BuildKit's status stream, as much as is read of it. */
export interface BuildStatus {
  readonly vertexes: readonly BuildVertex[];
  readonly logs: readonly VertexLog[];
}

/** A node of the build's graph: a step, the load of the base's metadata, the transfer of the context. */
export interface BuildVertex {
  readonly digest: string;
  readonly name: string;
  readonly started: boolean;
  /** Empty while it has not failed. */
  readonly error: string;
}

export interface VertexLog {
  readonly vertex: string;
  readonly bytes: Uint8Array;
}

/** What a build failed in. */
export interface BuildFailure {
  /** Reference of the base that the builder could not get: it is neither here nor came from its registry. */
  readonly base: string | undefined;
  /** The failing step; none where the builder itself failed. */
  readonly step: BuildStep | undefined;
  /** BuildKit's own sentence. */
  readonly message: string;
  /** Last lines that the step printed. */
  readonly output: readonly string[];
}

interface SeenVertex {
  readonly step: BuildStep | undefined;
  readonly base: string | undefined;
  error: string;
  readonly decoder: StringDecoder;
  readonly lines: string[];
  partial: string;
}

/** Lines kept of each step: more than an error shows. */
const KEPT_LINES = 200;

/** Characters of a value from which on it is hidden: shorter ones occur by themselves. */
const SHORTEST_HIDDEN = 4;

/** `[2/4] RUN …`, with the stage or the platform before the number where there is one. */
const NUMBERED = /^\[(?:[^\]]* )?(\d+)\/\d+\] /;
const BASE_METADATA = /^\[internal\] load metadata for (\S+)/;
/** The first step of a stage: its FROM. */
const FROM = /^\[(?:[^\]]* )?1\/\d+\] FROM (\S+)/;

export class BuildLog {
  readonly #build: Pick<ImageBuild, 'base' | 'steps'>;
  /** Lines of secret values, the longest first. */
  readonly #hidden: readonly string[];
  readonly #onProgress: OnImageProgress;
  readonly #announced = new Set<string | BuildStep>();
  readonly #vertices = new Map<string, SeenVertex>();

  constructor(build: Pick<ImageBuild, 'base' | 'steps' | 'secrets'>, onProgress: OnImageProgress) {
    this.#build = build;
    this.#hidden = Object.values(build.secrets ?? {})
      .flatMap((value) => value.split(/\r?\n/))
      .filter((line) => line.length >= SHORTEST_HIDDEN)
      .sort((a, b) => b.length - a.length);
    this.#onProgress = onProgress;
  }

  add(status: BuildStatus): void {
    for (const vertex of status.vertexes) {
      const seen = this.#see(vertex);
      if (vertex.error !== '') seen.error = vertex.error;
      const name = seen.step?.name ?? seen.base;
      if (vertex.started && name !== undefined) this.#announce(seen.step ?? name, name);
    }
    for (const log of status.logs) this.#addOutput(log);
  }

  /** What failed. `message` is the builder's own last word, for a failure outside of any step. */
  failure(message: string): BuildFailure {
    const failed = [...this.#vertices.values()].filter((vertex) => vertex.error !== '');
    // Where one step fails, those that ran beside it are cancelled and carry an error as well.
    const cause = failed.find((vertex) => message.includes(vertex.error)) ?? failed[0];
    if (cause !== undefined && cause.partial !== '') cause.lines.push(this.#withoutSecrets(cause.partial));
    return {
      base: cause?.base,
      step: cause?.step,
      message: cause?.error ?? message,
      output: cause?.lines ?? [],
    };
  }

  /** A base is two vertices, its metadata and itself, and every vertex is reported again as it changes. */
  #announce(what: BuildStep | string, name: string): void {
    if (this.#announced.has(what)) return;
    this.#announced.add(what);
    this.#onProgress({ kind: 'step', name });
  }

  #see(vertex: BuildVertex): SeenVertex {
    const known = this.#vertices.get(vertex.digest);
    if (known !== undefined) return known;
    const base = this.#baseOf(vertex);
    const seen: SeenVertex = {
      step: base === undefined ? this.#stepOf(vertex) : undefined,
      base,
      error: '',
      decoder: new StringDecoder('utf8'),
      lines: [],
      partial: '',
    };
    this.#vertices.set(vertex.digest, seen);
    return seen;
  }

  #stepOf({ name }: BuildVertex): BuildStep | undefined {
    const number = NUMBERED.exec(name)?.[1];
    if (number === undefined) return undefined;
    // A Dockerfile of the user's: BuildKit's own words are those of the Dockerfile.
    if (this.#build.steps === undefined) return { name, installs: false };
    return this.#build.steps[Number(number) - 2];
  }

  #baseOf({ name }: BuildVertex): string | undefined {
    const named = (BASE_METADATA.exec(name) ?? FROM.exec(name))?.[1];
    if (named === undefined) return undefined;
    return this.#build.base ?? named.replace(/^docker\.io\/(?:library\/)?/, '').replace(/@sha256:.*/, '');
  }

  #withoutSecrets(line: string): string {
    return this.#hidden.reduce((text, value) => text.replaceAll(value, '***'), line);
  }

  #addOutput(log: VertexLog): void {
    const seen = this.#vertices.get(log.vertex);
    if (seen === undefined) return;
    const text = seen.partial + seen.decoder.write(Buffer.from(log.bytes));
    const lines = text.split(/\r?\n/);
    seen.partial = lines.pop() ?? '';
    for (const line of lines.map((each) => this.#withoutSecrets(each))) {
      seen.lines.push(line);
      if (seen.step !== undefined) this.#onProgress({ kind: 'log', text: line });
    }
    if (seen.lines.length > KEPT_LINES) seen.lines.splice(0, seen.lines.length - KEPT_LINES);
  }
}
