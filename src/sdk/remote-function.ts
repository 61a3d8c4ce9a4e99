/**
 * The handle of a declared function: typed ways to call it.
 *
 * A handle holds no state of its own and does no I/O: each call goes to the invoker of this process.
 */
import { requireInvoker } from './context.ts';
import type { AnyFunction, FunctionDeclaration } from './declaration.ts';
import { FunctionCall } from './function-call.ts';
import type { CallTarget } from './invoker.ts';
import { type Items, type MapOptions, MapResults, type ReturningExceptions } from './map-results.ts';

/** What a call of `F` ends in. */
export type ResultOf<F extends AnyFunction> = Awaited<ReturnType<F>>;

/** What one item of `.map` is: the first parameter of `F`. */
export type ItemOf<F extends AnyFunction> = Parameters<F>[0];

/** A function that runs in containers. Made by `app.function`. */
export class RemoteFunction<F extends AnyFunction> {
  readonly #app: string;
  readonly #fn: F;
  #declaration: FunctionDeclaration | undefined;

  /** Made by `app.function`; there is no use in constructing one. */
  constructor(app: string, fn: F, declare: (handle: RemoteFunction<F>) => FunctionDeclaration) {
    this.#app = app;
    this.#fn = fn;
    this.#declaration = declare(this);
  }

  /** Runs it in a container and waits. Throws what the function threw. */
  remote(...args: Parameters<F>): Promise<ResultOf<F>> {
    // Not an async function: a call more or less per promise shows at 50 000 calls a second.
    try {
      return requireInvoker().submit(this.#target(), args).result as Promise<ResultOf<F>>;
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** Runs it right here, in this process. */
  local(...args: Parameters<F>): ReturnType<F> {
    return this.#fn(...args) as ReturnType<F>;
  }

  /** Starts a call and does not wait for it. */
  async spawn(...args: Parameters<F>): Promise<FunctionCall<ResultOf<F>>> {
    return new FunctionCall(requireInvoker().submit(this.#target(), args));
  }

  /**
   * Calls it once for each item, in parallel containers. Iterate the answer to take results as they come,
   * or await it for an array. Items are read lazily: at most `concurrency` calls are unfinished at a time.
   */
  map(items: Items<ItemOf<F>>, options: MapOptions & ReturningExceptions): MapResults<ResultOf<F> | Error>;
  map(items: Items<ItemOf<F>>, options?: MapOptions): MapResults<ResultOf<F>>;
  map(items: Items<ItemOf<F>>, options?: MapOptions): MapResults<ResultOf<F>> {
    return new MapResults(requireInvoker(), this.#target(), items, (item) => [item], options);
  }

  /** Like {@link map}, with a tuple of all arguments for each call. */
  starmap(
    tuples: Items<Parameters<F>>,
    options: MapOptions & ReturningExceptions,
  ): MapResults<ResultOf<F> | Error>;
  starmap(tuples: Items<Parameters<F>>, options?: MapOptions): MapResults<ResultOf<F>>;
  starmap(tuples: Items<Parameters<F>>, options?: MapOptions): MapResults<ResultOf<F>> {
    return new MapResults(requireInvoker(), this.#target(), tuples, (tuple) => tuple, options);
  }

  /** Like {@link map}, for its effect: waits for all and drops the results. Throws the first failure. */
  async forEach(items: Items<ItemOf<F>>, options: Pick<MapOptions, 'concurrency'> = {}): Promise<void> {
    for await (const _ of this.map(items, { ...options, ordered: false }));
  }

  #target(): CallTarget {
    const name = this.#declaration?.name ?? this.#declaration?.options.name ?? this.#fn.name;
    return { app: this.#app, function: name };
  }
}
