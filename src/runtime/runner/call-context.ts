/**
 * Which call some code serves, told by the async context it runs in.
 *
 * The context follows timers, promises and streams, and outlives the call: what a call left behind still
 * carries its number.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { CurrentCall } from '../../sdk/context.ts';
import type { ServedCall } from './served-call.ts';

export class CallContext {
  readonly #storage = new AsyncLocalStorage<ServedCall>();

  run<R>(served: ServedCall, fn: () => R): R {
    return this.#storage.run(served, fn);
  }

  current(): CurrentCall | undefined {
    return this.#storage.getStore();
  }

  /** The number of the current call on the channel, 0 outside of one. */
  number(): number {
    return this.#storage.getStore()?.number ?? 0;
  }
}
