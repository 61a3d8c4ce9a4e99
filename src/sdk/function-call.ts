/**
 * A call that goes on by itself: what `.spawn` returns.
 */
import { CallPendingError } from './errors.ts';
import type { CancelOptions, SubmittedCall } from './invoker.ts';

/** How to wait for the result of a spawned call. */
export interface GetOptions {
  /** How long to wait, in ms; 0 only looks. Default: until it settles. */
  timeoutMs?: number;
}

/** A spawned call of a function that returns `Result`. */
export class FunctionCall<Result> {
  /** `fc-…` */
  readonly id: string;
  readonly #call: SubmittedCall;

  /** Made by `.spawn`; there is no use in constructing one. */
  constructor(call: SubmittedCall) {
    this.id = call.id;
    this.#call = call;
    // A spawned call may fail before anybody asks; that is no unhandled rejection.
    call.result.catch(() => {});
  }

  /**
   * The result, or the error of the function.
   *
   * @throws CallPendingError when there is none within `timeoutMs`; the call goes on
   */
  async get(options: GetOptions = {}): Promise<Result> {
    const result = this.#call.result as Promise<Result>;
    const { timeoutMs } = options;
    if (timeoutMs === undefined) return result;
    const { promise: expiry, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(() => reject(new CallPendingError(this.id, timeoutMs)), timeoutMs);
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
