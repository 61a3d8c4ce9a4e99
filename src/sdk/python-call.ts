/**
 * A call of a Python function of which this process cannot tell whether it yields values: its code decides by how it
 * uses what it gets. It iterates at once, or it awaits.
 *
 * Invariants
 * - exactly one call is made: of one value where nobody began to iterate in the same turn of the event loop
 */
import type { CallRoute } from './call-route.ts';
import { NotAGeneratorError } from './errors.ts';
import { LazyStream } from './lazy-stream.ts';

type Values = AsyncGenerator<unknown, unknown, undefined>;

/** Both a promise of one value and a stream of several, until it is used as one of them. */
export class PythonCall implements Promise<unknown>, Values {
  readonly [Symbol.toStringTag] = 'PythonCall';
  readonly #route: CallRoute;
  readonly #args: readonly unknown[];
  #result: Promise<unknown> | undefined;
  #values: Values | undefined;

  constructor(route: CallRoute, args: readonly unknown[]) {
    this.#route = route;
    this.#args = args;
    queueMicrotask(() => {
      if (this.#values === undefined) this.#submitted();
    });
  }

  // biome-ignore lint/suspicious/noThenProperty: it is a promise
  then<A = unknown, B = never>(
    onValue?: ((value: unknown) => A | PromiseLike<A>) | null,
    onError?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.#submitted().then(onValue, onError);
  }

  catch<B = never>(onError?: ((reason: unknown) => B | PromiseLike<B>) | null): Promise<unknown> {
    return this.#submitted().catch(onError);
  }

  finally(onSettled?: (() => void) | null): Promise<unknown> {
    return this.#submitted().finally(onSettled);
  }

  next(): Promise<IteratorResult<unknown, unknown>> {
    return this.#opened().next();
  }

  return(value: unknown): Promise<IteratorResult<unknown, unknown>> {
    return this.#opened().return(value);
  }

  throw(error: unknown): Promise<IteratorResult<unknown, unknown>> {
    return this.#opened().throw(error);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#values?.return(undefined);
  }

  [Symbol.asyncIterator](): this {
    this.#opened();
    return this;
  }

  #submitted(): Promise<unknown> {
    if (this.#result === undefined) {
      try {
        this.#result = this.#route.invoker().submit(this.#route.target, this.#args).result;
      } catch (error) {
        this.#result = Promise.reject(error);
      }
    }
    return this.#result;
  }

  #opened(): Values {
    if (this.#result !== undefined) {
      const { label } = this.#route;
      throw new NotAGeneratorError(
        `the call of ${label} was made for one value, before anybody iterated`,
        label,
      );
    }
    this.#values ??= new LazyStream(
      () => this.#route.invoker().stream(this.#route.target, this.#args).values,
    );
    return this.#values;
  }
}
