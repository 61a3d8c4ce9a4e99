/**
 * The invoker of this process: encodes arguments, hands the call to the scheduler, decodes its outcome.
 */
import type { FunctionManifest } from '../../protocol/manifest.ts';
import { decodeValue, encodeValue } from '../../protocol/value-codec.ts';
import type { CallTarget, Invoker, SubmittedCall } from '../../sdk/invoker.ts';
import { UserError } from '../../shared/errors.ts';
import type { Scheduler } from '../scheduler/scheduler.ts';
import { errorOfFailure } from './call-failure.ts';

export class LocalInvoker implements Invoker {
  readonly #scheduler: Scheduler;
  readonly #app: string;
  readonly #functions: ReadonlyMap<string, FunctionManifest>;
  #succeeded = 0;
  #failed = 0;

  constructor(scheduler: Scheduler, app: string, functions: readonly FunctionManifest[]) {
    this.#scheduler = scheduler;
    this.#app = app;
    this.#functions = new Map(functions.map((fn) => [fn.name, fn]));
  }

  /** Calls that ended so far. A cancelled one counts as neither. */
  get counts(): { succeeded: number; failed: number } {
    return { succeeded: this.#succeeded, failed: this.#failed };
  }

  submit(target: CallTarget, args: readonly unknown[]): SubmittedCall {
    const fn = this.#find(target);
    const payload = encodeValue(args, 'args');
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const call = this.#scheduler.submit(fn.name, payload, (outcome) => {
      if (outcome.ok) {
        this.#succeeded++;
        resolve(decodeValue(outcome.bytes));
      } else {
        if (outcome.failure.kind !== 'cancelled') this.#failed++;
        reject(errorOfFailure(outcome.failure, fn, call.id));
      }
    });
    return {
      id: call.id,
      result: promise,
      cancel: (options) => this.#scheduler.cancel(fn.name, call, options),
    };
  }

  #find(target: CallTarget): FunctionManifest {
    const fn = target.app === this.#app ? this.#functions.get(target.function) : undefined;
    if (fn === undefined) {
      throw new UserError(
        'FUNCTION_NOT_FOUND',
        `no function ${target.function} runs in the app ${target.app}`,
      );
    }
    return fn;
  }
}
