/**
 * A call that goes on by itself: what `.spawn` returns.
 */
import { requireInvoker } from './context.ts';
import { CallPendingError } from './errors.ts';
import type { CancelOptions, SubmittedCall } from './invoker.ts';

/** How to wait for the result of a spawned call. */
export interface GetOptions {
  /** How long to wait, in ms; 0 only looks. Default: until it settles. */
  timeoutMs?: number;
}

/** The results of several calls, in their order. */
type ResultsOf<Calls extends readonly FunctionCall<unknown>[]> = {
  -readonly [Index in keyof Calls]: Calls[Index] extends FunctionCall<infer Result> ? Result : never;
};

/** A spawned call of a function that returns `Result`. */
export class FunctionCall<Result> {
  readonly #call: SubmittedCall;

  /** Made by `.spawn`; there is no use in constructing one. */
  constructor(call: SubmittedCall) {
    this.#call = call;
  }

  /** `fc-…` */
  get id(): string {
    return this.#call.id;
  }

  /** The call of an id that another call kept. What it results in is up to the caller to say. */
  static fromId<Result = unknown>(id: string): FunctionCall<Result> {
    return new FunctionCall(requireInvoker().find(id));
  }

  /** Waits for all calls and gives their results in order. Throws the first failure; the others go on. */
  static async gather<const Calls extends readonly FunctionCall<unknown>[]>(
    ...calls: Calls
  ): Promise<ResultsOf<Calls>> {
    return (await Promise.all(calls.map((call) => call.get()))) as ResultsOf<Calls>;
  }

  /** The results of calls as they come. Throws the first failure; the others go on. */
  static async *iter<Result>(calls: Iterable<FunctionCall<Result>>): AsyncGenerator<Result, void, undefined> {
    const settled: FunctionCall<Result>[] = [];
    let left = 0;
    let wake: (() => void) | undefined;
    const settle = (call: FunctionCall<Result>) => () => {
      settled.push(call);
      wake?.();
    };
    for (const call of calls) {
      left++;
      call.#call.awaited?.();
      call.#call.result.then(settle(call), settle(call));
    }
    for (; left > 0; left--) {
      while (settled.length === 0) {
        const { promise, resolve } = Promise.withResolvers<void>();
        wake = resolve;
        await promise;
      }
      yield await (settled.shift() as FunctionCall<Result>).get();
    }
  }

  /**
   * The result, or the error of the function.
   *
   * @throws CallPendingError when there is none within `timeoutMs`; the call goes on
   */
  async get(options: GetOptions = {}): Promise<Result> {
    const { timeoutMs } = options;
    const result = this.#call.result as Promise<Result>;
    if (timeoutMs === undefined) {
      this.#call.awaited?.();
      return result;
    }
    const { promise: expiry, reject } = Promise.withResolvers<never>();
    expiry.catch(() => {});
    const pending = new CallPendingError(this.id, timeoutMs);
    // Where the result has to be fetched, a limit of 0 still gives it when it is there.
    const expire = () => (this.#call.looked?.() ?? Promise.resolve()).then(() => reject(pending), reject);
    const timer = setTimeout(expire, timeoutMs);
    try {
      return await Promise.race([result, expiry]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Asks for the end of the call. A call that has a result keeps it. */
  async cancel(options?: CancelOptions): Promise<void> {
    this.#call.cancel(options);
  }
}
