/**
 * An app that runs: takes its calls, and goes from one version to the next without losing any.
 *
 * An update prepares everything first and asks before it changes anything; the change itself is one step that cannot
 * fail. What becomes of pools and calls is decided in target-pools.ts and in the scheduler.
 *
 * Invariants
 * - an update that rejects has changed nothing, and left nothing behind
 * - one update at a time
 */
import type {
  AppRequest,
  CloseOptions,
  ContainerInfo,
  FunctionPart,
  ImageReport,
  StartedApp,
  UpdateOptions,
  UpdateReport,
} from '../../protocol/control-plane.ts';
import type { ExecListener, ExecRequest, RunningExec } from '../../protocol/exec.ts';
import type { EncodedCalls } from '../../protocol/invocation.ts';
import type { Invoker } from '../../sdk/invoker.ts';
import type { Clock } from '../../shared/clock.ts';
import { containerNotFound } from '../containers/container-errors.ts';
import type { FunctionPool } from '../scheduler/function-pool.ts';
import type { Scheduler } from '../scheduler/scheduler.ts';
import type { AppVersion } from './app-version.ts';
import type { CallDesk } from './call-desk.ts';
import { errorOfFailure } from './call-failure.ts';
import { containersOf, findContainer } from './container-list.ts';
import type { ServedFunction, TargetPools } from './target-pools.ts';

/** Pools whose first new container starts at the same time. */
const PROVED_AT_A_TIME = 4;

export interface RunningAppParts {
  readonly version: AppVersion;
  readonly served: ReadonlyMap<string, ServedFunction>;
  readonly scheduler: Scheduler;
  readonly desk: CallDesk;
  readonly pools: TargetPools;
  readonly invoker: Invoker;
  readonly encoded: EncodedCalls;
  readonly clock: Clock;
  prepare(request: AppRequest, onImage?: UpdateOptions['onImage']): Promise<AppVersion>;
  onClosed(app: RunningApp): void;
  /** Every call that an earlier process accepted was handed in. */
  onResumed(): void;
}

export class RunningApp implements StartedApp {
  readonly invoker: Invoker;
  readonly encoded: EncodedCalls;
  readonly #app: RunningAppParts;
  #version: AppVersion;
  #served: ReadonlyMap<string, ServedFunction>;
  #updates: Promise<unknown> = Promise.resolve();
  #round = 0;
  #closing: Promise<void> | undefined;
  /** Between two attempts no container may be alive that would keep this process running. */
  readonly #alive = setInterval(() => {}, 2 ** 30);

  constructor(parts: RunningAppParts) {
    this.#app = parts;
    this.#version = parts.version;
    this.#served = parts.served;
    this.invoker = parts.invoker;
    this.encoded = parts.encoded;
  }

  get images(): readonly ImageReport[] {
    return this.#version.images;
  }

  get parts(): ReadonlyMap<string, FunctionPart> {
    return this.#version.parts;
  }

  stats() {
    return { calls: this.#app.desk.counts, containers: this.#app.scheduler.launched };
  }

  update(request: AppRequest, options: UpdateOptions): Promise<UpdateReport> {
    const done = this.#updates.then(() => this.#update(request, options));
    this.#updates = done.catch(() => {});
    return done;
  }

  containers(): readonly ContainerInfo[] {
    return containersOf(this.#app.scheduler, this.#app.clock);
  }

  stopContainer(id: string, { graceful }: { readonly graceful: boolean }): boolean {
    const found = findContainer(this.#app.scheduler, id);
    if (found === undefined) return false;
    const { pool, slot } = found;
    if (graceful) pool.containers.leave(slot, 'stopped');
    else pool.containers.end(slot, 'stopped');
    pool.serve();
    return true;
  }

  allResumed(): void {
    this.#app.onResumed();
  }

  /** Its process ends and its containers stay: nothing is settled any more. */
  leave(): void {
    clearInterval(this.#alive);
    this.#closing ??= Promise.resolve();
  }

  async execIn(id: string, request: ExecRequest, listener: ExecListener): Promise<RunningExec> {
    const { runner } = findContainer(this.#app.scheduler, id)?.slot ?? {};
    if (runner?.exec === undefined) throw containerNotFound(id);
    return runner.exec(request, listener);
  }

  async close({ drain = false, signal }: CloseOptions = {}): Promise<void> {
    if (drain && this.#closing === undefined) await this.#app.desk.whenIdle(signal);
    this.#closing ??= this.#close();
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(): Promise<void> {
    clearInterval(this.#alive);
    await this.#app.scheduler.close();
    await this.#version[Symbol.asyncDispose]();
    this.#app.onClosed(this);
  }

  async #update(request: AppRequest, options: UpdateOptions): Promise<UpdateReport> {
    const { pools, prepare } = this.#app;
    const version = await prepare(request, options.onImage);
    const trials: FunctionPool[] = [];
    const next = this.#servedIn(version, options.fresh ?? false);
    try {
      if (options.strategy === 'rolling') {
        const successors = [...pools.successors(next).values()];
        trials.push(...successors);
        await this.#prove(successors, options, request.signal);
      }
      request.signal?.throwIfAborted();
      await options.beforeSwap?.(version.parts);
    } catch (error) {
      await Promise.all(trials.map((pool) => pool.close()));
      await version[Symbol.asyncDispose]();
      throw error;
    }
    return this.#swap(version, next, options);
  }

  /** Nothing in here may fail. */
  async #swap(
    version: AppVersion,
    next: ReadonlyMap<string, ServedFunction>,
    { strategy }: UpdateOptions,
  ): Promise<UpdateReport> {
    const [old, before] = [this.#version, this.#served];
    for (const [name, { made }] of next) {
      // The pools of a kept function hold this very object: the version before is gone after this.
      if (before.get(name)?.made === made) Object.assign(made as object, version.made.get(name));
    }
    this.#version = version;
    this.#served = next;
    if (this.#closing === undefined) this.#app.pools.replace(next, { atOnce: strategy === 'recreate' });
    const names = [...next.keys()];
    const isKept = (name: string) => before.get(name)?.mark === next.get(name)?.mark;
    await old[Symbol.asyncDispose]();
    return {
      images: version.images,
      kept: names.filter(isKept),
      replaced: names.filter((name) => before.has(name) && !isKept(name)),
      added: names.filter((name) => !before.has(name)),
      removed: [...before.keys()].filter((name) => !next.has(name)),
    };
  }

  #servedIn({ manifest, made, parts }: AppVersion, fresh: boolean): Map<string, ServedFunction> {
    const round = ++this.#round;
    return new Map(
      manifest.functions.map((fn) => {
        const known = this.#served.get(fn.name);
        const { fingerprint } = parts.get(fn.name) as FunctionPart;
        const isKept = !fresh && this.#version.parts.get(fn.name)?.fingerprint === fingerprint;
        if (known !== undefined && isKept) return [fn.name, { fn, made: known.made, mark: known.mark }];
        return [fn.name, { fn, made: made.get(fn.name), mark: `${fingerprint}#${round}` }];
      }),
    );
  }

  async #prove(pools: readonly FunctionPool[], { onStart }: UpdateOptions, signal?: AbortSignal) {
    const aborted = Promise.withResolvers<never>();
    aborted.promise.catch(() => {});
    const onAbort = () => aborted.reject(signal?.reason);
    signal?.addEventListener('abort', onAbort, { once: true });
    const queue = pools.values();
    const proveNext = async (): Promise<void> => {
      // Each of these loops takes from the same iterator: together they prove every pool once.
      for (const pool of queue) {
        signal?.throwIfAborted();
        const { name } = pool.fn;
        const release = pool.gate.hold();
        onStart?.(name, 'starting');
        try {
          const failure = await pool.gate.prove(() => pool.containers.launch());
          if (failure !== undefined) throw errorOfFailure(failure, pool.fn, '');
          onStart?.(name, 'ready');
        } finally {
          release();
        }
      }
    };
    try {
      const proving = Promise.all(Array.from({ length: PROVED_AT_A_TIME }, proveNext));
      await Promise.race([proving, aborted.promise]);
    } finally {
      signal?.removeEventListener('abort', onAbort);
    }
  }
}
