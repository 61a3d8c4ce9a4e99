/**
 * Finds the pool that a call is for: by its function, the parameters of its class, and what `withOptions` changed. And
 * takes the pools of one version of an app over to the next.
 *
 * Invariants
 * - equal content, same pool, whichever process or container asks, and in whatever order keys were written
 * - after a change of versions, a pool is one of the version that serves, or it was replaced or removed
 */
import type { FunctionManifest } from '../../protocol/manifest.ts';
import type { InvokeTarget } from '../../protocol/runner-messages.ts';
import { decodeValue, encodeValue } from '../../protocol/value-codec.ts';
import type { OptionOverrides } from '../../sdk/function-options.ts';
import type { CallTarget } from '../../sdk/invoker.ts';
import { UserError } from '../../shared/errors.ts';
import { inOrder } from '../../shared/in-order.ts';
import { overrideOptions } from '../options/resolve-options.ts';
import type { FunctionPool } from '../scheduler/function-pool.ts';
import type { PoolSpec } from '../scheduler/ports.ts';
import type { Scheduler } from '../scheduler/scheduler.ts';
import { encodeFor } from './call-arguments.ts';

/** A function of the version that serves. */
export interface ServedFunction {
  readonly fn: FunctionManifest;
  /** What its containers are made of: the launcher's to know. */
  readonly made?: unknown;
  /** Part of the keys of its pools: another one where its containers have to be others. */
  readonly mark: string;
}

export type ServedFunctions = ReadonlyMap<string, ServedFunction>;

/** What of a target tells pools of one function apart. */
type PoolTarget = Pick<CallTarget, 'parameters' | 'overrides'>;

/** Where a container is taken in that an earlier process started. */
export interface AdoptingPool {
  readonly pool: FunctionPool;
  /** To be told when the container is in it. */
  adopted(): void;
}

interface KnownPool extends PoolTarget {
  readonly served: ServedFunction;
}

export class TargetPools {
  readonly #scheduler: Scheduler;
  readonly #app: string;
  #functions: ServedFunctions;
  /** Handles give the same object with every call. */
  #known = new WeakMap<CallTarget, FunctionPool>();
  readonly #targets = new WeakMap<FunctionPool, KnownPool>();

  constructor(scheduler: Scheduler, app: string, functions: readonly FunctionManifest[] | ServedFunctions) {
    this.#scheduler = scheduler;
    this.#app = app;
    this.#functions =
      functions instanceof Map
        ? functions
        : new Map((functions as readonly FunctionManifest[]).map((fn) => [fn.name, { fn, mark: '' }]));
    this.#keepWarm();
  }

  /** @throws UserError FUNCTION_NOT_FOUND, INVALID_OPTION, UNKNOWN_OPTION; what encodeValue throws */
  of(target: CallTarget): FunctionPool {
    const known = this.#known.get(target);
    if (known !== undefined && !known.forgotten) return known;
    const pool = this.#pool(this.#function(target), target);
    this.#known.set(target, pool);
    return pool;
  }

  /** The same for a target that came from a container. */
  ofEncoded({ app, function: name, parameters, overrides }: InvokeTarget): FunctionPool {
    return this.#pool(this.#function({ app, function: name }), {
      ...(parameters != null && { parameters: decodeValue(parameters) as unknown[] }),
      ...(overrides != null && { overrides: decodeValue(overrides) as OptionOverrides }),
    });
  }

  /**
   * The pool for a container that an earlier process started, by what it was started for. One of another version gets a
   * pool of its own, whose end has begun: it finishes what it holds.
   *
   * @param differs whether it can take no place in the pool that a target has now
   */
  forAdopted(spec: PoolSpec, label: string, differs: (now: PoolSpec) => boolean): AdoptingPool {
    const served = this.#functions.get(spec.fn.name);
    const target = poolTarget(spec);
    const now = served === undefined ? undefined : this.#specIn(this.#functions, spec.fn, target);
    if (served !== undefined && now !== undefined && !differs(now)) {
      return { pool: this.#pool(served, target), adopted: () => {} };
    }
    const pool = this.#scheduler.pool({ ...spec, key: `${spec.target}\0adopted ${label}` }, { open: false });
    const adopted = () => {
      if (pool.ending.begun) pool.containers.drain(false);
      else if (served !== undefined && now !== undefined) {
        pool.ending.replaceBy(this.#pool(served, target), { atOnce: false });
      } else pool.ending.remove({ kind: 'removed' });
    };
    return { pool, adopted };
  }

  /** The pools with containers that another version would replace, each with the pool that takes its place, made now. */
  successors(next: ServedFunctions): Map<FunctionPool, FunctionPool> {
    const found = new Map<FunctionPool, FunctionPool>();
    for (const pool of this.#current()) {
      if (pool.containers.alive === 0) continue;
      const spec = this.#specIn(next, pool.fn, this.#targets.get(pool));
      if (spec === undefined || spec.key === pool.key) continue;
      found.set(pool, this.#scheduler.pool(spec, { open: false }));
    }
    return found;
  }

  /** Takes over to another version: from now on calls go to its pools, those that wait included. */
  replace(next: ServedFunctions, options: { readonly atOnce: boolean }): void {
    const current = this.#current();
    this.#functions = next;
    this.#known = new WeakMap();
    for (const pool of current) {
      const spec = this.#specIn(next, pool.fn, this.#targets.get(pool));
      if (spec === undefined) {
        pool.ending.remove({ kind: 'removed' });
      } else if (spec.key === pool.key) {
        this.#remember(pool, spec, this.#targets.get(pool) ?? {});
        pool.update(spec.fn);
      } else {
        const successor = this.#scheduler.pool(spec, { open: false });
        this.#remember(successor, spec, this.#targets.get(pool) ?? {});
        pool.ending.replaceBy(successor, options);
        successor.open();
      }
    }
    this.#keepWarm();
  }

  #current(): FunctionPool[] {
    return [...this.#scheduler.pools].filter((pool) => {
      const target = this.#targets.get(pool);
      return (
        target !== undefined && this.#functions.get(pool.fn.name) === target.served && !pool.ending.begun
      );
    });
  }

  /** What a pool would be in another version; undefined where there is none such. */
  #specIn(
    next: ServedFunctions,
    fn: FunctionManifest,
    target: PoolTarget | undefined,
  ): (PoolSpec & { served: ServedFunction }) | undefined {
    const served = next.get(fn.name);
    if (target === undefined || served === undefined) return undefined;
    // A class that became a function, or the other way round: its calls are no calls of it.
    if ((served.fn.class === undefined) !== (fn.class === undefined)) return undefined;
    try {
      return this.#specOf(served, target);
    } catch {
      // What `withOptions` changed does not go with the options that it has now.
      return undefined;
    }
  }

  #pool(served: ServedFunction, target: PoolTarget): FunctionPool {
    const spec = this.#specOf(served, target);
    const pool = this.#scheduler.pool(spec);
    this.#remember(pool, spec, target);
    return pool;
  }

  #remember(pool: FunctionPool, { served }: { served: ServedFunction }, target: PoolTarget): void {
    if (this.#targets.get(pool)?.served === served) return;
    const { parameters, overrides } = target;
    this.#targets.set(pool, {
      served,
      // The caller's own object may change.
      ...(parameters !== undefined && { parameters: copyOf(parameters) }),
      ...(overrides !== undefined && { overrides: { ...overrides } }),
    });
  }

  #specOf(served: ServedFunction, { parameters, overrides }: PoolTarget) {
    const { fn, made, mark } = served;
    const own = overrides === undefined ? fn : overrideOptions(fn, overrides);
    const target = [
      fn.name,
      parameters === undefined ? '' : keyOf(parameters),
      overrides === undefined ? '' : JSON.stringify(inOrder(own)),
    ].join('\0');
    const encoded = parameters === undefined ? new Uint8Array() : encodeFor(fn, parameters, 'parameters');
    return {
      key: `${target}\0${mark}`,
      target,
      fn: own,
      served,
      // The encoder reuses its buffer's memory; what a pool keeps for its lifetime must be its own.
      parameters: Uint8Array.from(encoded),
      ...(overrides !== undefined && { overrides }),
      made,
      transient: parameters !== undefined || overrides !== undefined,
    };
  }

  /** How long the calls of a function may run; 0 where there is none of that name. */
  timeoutMs(functionName: string): number {
    return this.#functions.get(functionName)?.fn.timeoutMs ?? 0;
  }

  /** What is kept without calls is started without one; of a class, once its parameters are known. */
  #keepWarm(): void {
    for (const served of this.#functions.values()) {
      if (served.fn.class === undefined && served.fn.minContainers > 0) this.#pool(served, {});
    }
  }

  /** The function that a target names. Throws FUNCTION_NOT_FOUND. */
  function(target: Pick<CallTarget, 'app' | 'function'>): FunctionManifest {
    return this.#function(target).fn;
  }

  #function(target: Pick<CallTarget, 'app' | 'function'>): ServedFunction {
    const served = target.app === this.#app ? this.#functions.get(target.function) : undefined;
    if (served !== undefined) return served;
    throw new UserError('FUNCTION_NOT_FOUND', `no function ${target.function} runs in the app ${target.app}`);
  }
}

/** Told from what a pool was made of. */
function poolTarget({ fn, parameters, overrides }: PoolSpec): PoolTarget {
  return {
    ...(fn.class !== undefined &&
      parameters.length > 0 && { parameters: decodeValue(parameters) as unknown[] }),
    ...(overrides !== undefined && { overrides: overrides as OptionOverrides }),
  };
}

function copyOf(parameters: readonly unknown[]): readonly unknown[] {
  return decodeValue(Uint8Array.from(encodeValue(parameters, 'parameters'))) as unknown[];
}

function keyOf(parameters: readonly unknown[]): string {
  return Buffer.from(encodeValue(inOrder(parameters), 'parameters')).toString('base64');
}
