/**
 * The handle of a declared function: typed ways to call it.
 *
 * A handle holds no state of its own and does no I/O: each call goes to the invoker of this process.
 */
import { callAlone } from './batched-function.ts';
import type { CallRoute } from './call-route.ts';
import type { AnyFunction } from './declaration.ts';
import { NotAGeneratorError } from './errors.ts';
import { FunctionCall } from './function-call.ts';
import type { YieldsValues } from './generator-function.ts';
import { type Items, type MapOptions, MapResults, type ReturningExceptions } from './map-results.ts';
import type { RemoteGenerator } from './remote-generator.ts';
import { RemoteHandle } from './remote-handle.ts';
import { spawnEach } from './spawn-each.ts';

/** What a call of `F` ends in. */
export type ResultOf<F extends AnyFunction> = Awaited<ReturnType<F>>;
/** What one item of `.map` is: the first parameter of `F`. */
export type ItemOf<F extends AnyFunction> = Parameters<F>[0];

/** The handle of a function: one that yields values has other ways to be called. */
export type HandleOf<F extends AnyFunction> =
  YieldsValues<F> extends true ? RemoteGenerator<F> : RemoteFunction<F>;

/** A function that runs in containers. Made by `app.function`. */
export class RemoteFunction<F extends AnyFunction> extends RemoteHandle {
  /** What user code gave. Of a batched function it takes lists where `F` takes single values. */
  readonly #fn: AnyFunction;

  /** Made by `app.function`; there is no use in constructing one. */
  constructor(route: CallRoute, fn: AnyFunction) {
    super(route);
    this.#fn = fn;
  }

  /** Runs it in a container and waits. Throws what the function threw. */
  remote(...args: Parameters<F>): Promise<ResultOf<F>> {
    // Not an async function: a call more or less per promise shows at 50 000 calls a second.
    let result: Promise<ResultOf<F>>;
    try {
      const { route } = this;
      const call = route.invoker().submit(route.target, args);
      call.awaited?.();
      result = call.result as Promise<ResultOf<F>>;
    } catch (error) {
      result = Promise.reject(error);
    }
    return explainIteration(result, this.route);
  }

  /** Runs it right here, in this process. */
  local(...args: Parameters<F>): ReturnType<F> {
    const { batched, label } = this.route;
    return (batched ? callAlone(this.#fn, args, label) : this.#fn(...args)) as ReturnType<F>;
  }

  /**
   * Starts a call and does not wait for its result. With a server, the call is accepted for good when this resolves: it
   * outlives this process and restarts of the server.
   */
  async spawn(...args: Parameters<F>): Promise<FunctionCall<ResultOf<F>>> {
    const { route } = this;
    const call = route.invoker().submit(route.target, args, route.spawning);
    await call.accepted;
    return new FunctionCall(call);
  }

  /**
   * Calls it once for each item, in parallel containers. Iterate the answer to take results as they come,
   * or await it for an array. Items are read lazily: at most `concurrency` calls are unfinished at a time.
   */
  map(items: Items<ItemOf<F>>, options: MapOptions & ReturningExceptions): MapResults<ResultOf<F> | Error>;
  map(items: Items<ItemOf<F>>, options?: MapOptions): MapResults<ResultOf<F>>;
  map(items: Items<ItemOf<F>>, options?: MapOptions): MapResults<ResultOf<F>> {
    return new MapResults(this.route.invoker(), this.route.target, items, (item) => [item], options);
  }

  /** Like {@link map}, with a tuple of all arguments for each call. */
  starmap(
    tuples: Items<Parameters<F>>,
    options: MapOptions & ReturningExceptions,
  ): MapResults<ResultOf<F> | Error>;
  starmap(tuples: Items<Parameters<F>>, options?: MapOptions): MapResults<ResultOf<F>>;
  starmap(tuples: Items<Parameters<F>>, options?: MapOptions): MapResults<ResultOf<F>> {
    return new MapResults(this.route.invoker(), this.route.target, tuples, (tuple) => tuple, options);
  }

  /** Like {@link map}, for its effect: waits for all and drops the results. Throws the first failure. */
  async forEach(items: Items<ItemOf<F>>, options: Pick<MapOptions, 'concurrency'> = {}): Promise<void> {
    for await (const _ of this.map(items, { ...options, ordered: false }));
  }

  /**
   * Starts a call for each item and waits for no result: the answer comes when all are accepted. Without
   * a reader there is no back-pressure; {@link map} is for inputs that do not fit the memory.
   */
  async spawnMap(items: Items<ItemOf<F>>): Promise<FunctionCall<ResultOf<F>>[]> {
    return spawnEach(this.route, items);
  }

  protected override along(route: CallRoute): this {
    return new RemoteFunction(route, this.#fn) as this;
  }
}

/** Makes `for await` over a promise say what is wrong, which the language's own error does not. */
function explainIteration<T>(result: Promise<T>, route: CallRoute): Promise<T> {
  return Object.defineProperty(result, Symbol.asyncIterator, {
    get() {
      const { label } = route;
      throw new NotAGeneratorError(`${label} returns one value, so there is nothing to iterate`, label);
    },
  });
}
