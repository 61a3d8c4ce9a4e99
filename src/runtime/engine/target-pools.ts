/**
 * Finds the pool that a call is for: by its function, the parameters of its class, and what `withOptions` changed.
 *
 * Invariants
 * - equal content, same pool, whichever process or container asks, and in whatever order keys were written
 */
import type { FunctionManifest } from '../../protocol/manifest.ts';
import type { InvokeTarget } from '../../protocol/runner-messages.ts';
import { decodeValue, encodeValue } from '../../protocol/value-codec.ts';
import type { OptionOverrides } from '../../sdk/function-options.ts';
import type { CallTarget } from '../../sdk/invoker.ts';
import { UserError } from '../../shared/errors.ts';
import { overrideOptions } from '../options/resolve-options.ts';
import type { FunctionPool } from '../scheduler/function-pool.ts';
import type { Scheduler } from '../scheduler/scheduler.ts';
import { encodeFor } from './call-arguments.ts';

export class TargetPools {
  readonly #scheduler: Scheduler;
  readonly #app: string;
  readonly #functions: ReadonlyMap<string, FunctionManifest>;
  /** Handles give the same object with every call. */
  readonly #known = new WeakMap<CallTarget, FunctionPool>();

  constructor(scheduler: Scheduler, app: string, functions: readonly FunctionManifest[]) {
    this.#scheduler = scheduler;
    this.#app = app;
    this.#functions = new Map(functions.map((fn) => [fn.name, fn]));
    // What is kept without calls is started without one; of a class, once its parameters are known.
    for (const fn of functions) if (fn.class === undefined && fn.minContainers > 0) this.#pool(fn, {});
  }

  /** @throws UserError FUNCTION_NOT_FOUND, INVALID_OPTION, UNKNOWN_OPTION; what encodeValue throws */
  of(target: CallTarget): FunctionPool {
    const known = this.#known.get(target);
    if (known !== undefined) return known;
    const pool = this.#pool(this.function(target), target);
    this.#known.set(target, pool);
    return pool;
  }

  /** The same for a target that came from a container. */
  ofEncoded({ app, function: name, parameters, overrides }: InvokeTarget): FunctionPool {
    return this.#pool(this.function({ app, function: name }), {
      ...(parameters != null && { parameters: decodeValue(parameters) as unknown[] }),
      ...(overrides != null && { overrides: decodeValue(overrides) as OptionOverrides }),
    });
  }

  #pool(fn: FunctionManifest, { parameters, overrides }: Pick<CallTarget, 'parameters' | 'overrides'>) {
    const own = overrides === undefined ? fn : overrideOptions(fn, overrides);
    const key = [
      fn.name,
      parameters === undefined ? '' : keyOf(parameters),
      overrides === undefined ? '' : JSON.stringify(inOrder(own)),
    ].join('\0');
    const encoded = parameters === undefined ? new Uint8Array() : encodeFor(fn, parameters, 'parameters');
    // The encoder reuses its buffer's memory; what a pool keeps for its lifetime must be its own.
    return this.#scheduler.pool({ key, fn: own, parameters: Uint8Array.from(encoded) });
  }

  /** The function that a target names. Throws FUNCTION_NOT_FOUND. */
  function(target: Pick<CallTarget, 'app' | 'function'>): FunctionManifest {
    const fn = target.app === this.#app ? this.#functions.get(target.function) : undefined;
    if (fn !== undefined) return fn;
    throw new UserError('FUNCTION_NOT_FOUND', `no function ${target.function} runs in the app ${target.app}`);
  }
}

function keyOf(parameters: readonly unknown[]): string {
  return Buffer.from(encodeValue(inOrder(parameters), 'parameters')).toString('base64');
}

/** The same value, with the keys of plain objects sorted. */
function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) {
    return value;
  }
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return Object.fromEntries(entries.map(([key, item]) => [key, inOrder(item)]));
}
