/**
 * The handle of a generator function: typed ways to read what it yields.
 *
 * A handle holds no state of its own and does no I/O: each call goes to the invoker of this process.
 */
import { UserError } from '../shared/errors.ts';
import type { CallRoute } from './call-route.ts';
import type { AnyFunction } from './declaration.ts';
import type { StreamOf } from './generator-function.ts';
import { LazyStream } from './lazy-stream.ts';
import { RemoteHandle } from './remote-handle.ts';

/** A generator function that runs in containers. Made by `app.function`. */
export class RemoteGenerator<F extends AnyFunction> extends RemoteHandle {
  readonly #fn: F;

  /** Made by `app.function`; there is no use in constructing one. */
  constructor(route: CallRoute, fn: F) {
    super(route);
    this.#fn = fn;
  }

  /**
   * Runs it in a container and gives what it yields, as it comes. It starts with the first `next()` and runs
   * ahead of its reader by a bounded number of values; leaving the loop ends it, its `finally` blocks included.
   */
  remote(...args: Parameters<F>): StreamOf<F> {
    const { route } = this;
    return new LazyStream(() => route.invoker().stream(route.target, args).values) as unknown as StreamOf<F>;
  }

  /** Runs it right here, in this process. */
  local(...args: Parameters<F>): ReturnType<F> {
    return this.#fn(...args) as ReturnType<F>;
  }

  protected override along(route: CallRoute): this {
    return new RemoteGenerator(route, this.#fn) as this;
  }
}

/** What handles of other functions have; here each explains itself. */
const OTHER_WAYS = ['spawn', 'map', 'starmap', 'forEach', 'spawnMap'] as const;

for (const way of OTHER_WAYS) {
  Object.defineProperty(RemoteGenerator.prototype, way, {
    value(this: { readonly route: CallRoute }) {
      const { label } = this.route;
      throw new UserError(
        'GENERATOR_FUNCTION',
        `${label} yields values, so it cannot be called with .${way}`,
        {
          suggestions: [`read it: for await (const value of ${label}.remote(…))`],
        },
      );
    },
  });
}
