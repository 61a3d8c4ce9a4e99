/**
 * The invoker of this process: encodes arguments, hands the call in, decodes its outcome.
 */
import { decodeValue } from '../../protocol/value-codec.ts';
import type { AutoscalerOptions } from '../../sdk/function-options.ts';
import type {
  CallTarget,
  CancelOptions,
  FunctionDescription,
  FunctionStats,
  Invoker,
  SubmitOptions,
  SubmittedCall,
  SubmittedStream,
} from '../../sdk/invoker.ts';
import { overrideOptions } from '../options/resolve-options.ts';
import type { CallOutcome } from '../scheduler/call.ts';
import { encodeFor } from './call-arguments.ts';
import type { CallDesk, DeskEntry } from './call-desk.ts';
import { errorOfCall } from './call-failure.ts';
import { callNotFound } from './call-not-found.ts';
import { describeFunction } from './describe-function.ts';
import { statsOf } from './pool-stats.ts';
import { StreamValues, WINDOW } from './stream-values.ts';
import type { TargetPools } from './target-pools.ts';

export class LocalInvoker implements Invoker {
  readonly #desk: CallDesk;
  readonly #pools: TargetPools;

  constructor(desk: CallDesk, pools: TargetPools) {
    this.#desk = desk;
    this.#pools = pools;
  }

  submit(target: CallTarget, args: readonly unknown[], options?: SubmitOptions): SubmittedCall {
    const pool = this.#pools.of(target);
    const payload = encodeFor(pool.fn, args, 'args');
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const entry = this.#desk.accept(pool, {
      method: target.method ?? '',
      payload,
      onSettled: (outcome) => {
        if (outcome.ok) resolve(decodeValue(outcome.bytes));
        else reject(errorOfCall(entry.call, outcome.failure, pool.fn));
      },
    });
    // A spawned call may fail before anybody asks; that is no unhandled rejection.
    if (options?.durable) promise.catch(() => {});
    return new LocalCall(this.#desk, entry, promise);
  }

  stream(target: CallTarget, args: readonly unknown[]): SubmittedStream {
    const pool = this.#pools.of(target);
    const payload = encodeFor(pool.fn, args, 'args');
    const values = new StreamValues();
    const { call } = this.#desk.accept(pool, {
      method: target.method ?? '',
      payload,
      stream: { credit: WINDOW, onValue: (bytes) => values.push(bytes) },
      onSettled: (outcome) => values.settle(outcome),
    });
    return {
      id: call.id,
      values: values.read({
        credit: (count) => call.grant(count),
        cancel: () => pool.cancel(call, false),
        released: () => call.whenReleased(),
        errorOf: ({ failure }) => errorOfCall(call, failure, pool.fn),
      }),
      cancel: (options) => pool.cancel(call, options?.terminateContainers ?? false),
    };
  }

  find(callId: string): SubmittedCall {
    const entry = this.#desk.find(callId);
    if (entry === undefined) {
      const missing = Promise.reject<unknown>(callNotFound(callId));
      // Whoever asks for the result gets the rejection; a call that is only to be cancelled must not end the process.
      missing.catch(() => {});
      return { id: callId, result: missing, cancel: () => {} };
    }
    const result = resultOf(entry);
    result.catch(() => {});
    return new LocalCall(this.#desk, entry, result);
  }

  async updateAutoscaler(target: CallTarget, settings: AutoscalerOptions): Promise<void> {
    const pool = this.#pools.of(target);
    pool.update(overrideOptions(pool.fn, settings));
  }

  async stats(target: CallTarget): Promise<FunctionStats> {
    return statsOf(this.#pools.of(target));
  }

  async describe(target: CallTarget): Promise<FunctionDescription> {
    return describeFunction(this.#pools.function(target));
  }
}

/** A call of this process. Its id is only kept where somebody reads it: most calls never need one. */
class LocalCall implements SubmittedCall {
  readonly result: Promise<unknown>;
  readonly #desk: CallDesk;
  readonly #entry: DeskEntry;

  constructor(desk: CallDesk, entry: DeskEntry, result: Promise<unknown>) {
    this.#desk = desk;
    this.#entry = entry;
    this.result = result;
  }

  get id(): string {
    this.#desk.makeKnown(this.#entry);
    return this.#entry.call.id;
  }

  cancel(options?: CancelOptions): void {
    const { call, pool } = this.#entry;
    pool.cancel(call, options?.terminateContainers ?? false);
  }
}

async function resultOf({ call, pool, outcome }: DeskEntry): Promise<unknown> {
  const settled = outcome ?? (await new Promise<CallOutcome>((resolve) => call.onSettled(resolve)));
  if (settled.ok) return decodeValue(settled.bytes);
  throw errorOfCall(call, settled.failure, pool.fn);
}
