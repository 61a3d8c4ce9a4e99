/**
 * An invoker whose calls end when a signal is aborted.
 *
 * A cancelled call rejects with the signal's reason, as `fetch` does; one that had its result keeps it.
 *
 * Invariants
 * - after the abort nothing is submitted any more
 * - the signal holds one listener while calls are out, and none otherwise
 */
import type { CallTarget, Invoker, SubmitOptions, SubmittedCall, SubmittedStream } from './invoker.ts';

/** `invoker`, ended by `signal`. */
export function abortableInvoker(invoker: Invoker, signal: AbortSignal): Invoker {
  const out = new Set<Pick<SubmittedCall, 'cancel'>>();
  const cancelAll = () => {
    for (const call of out) call.cancel();
  };
  const add = (call: Pick<SubmittedCall, 'cancel'>) => {
    if (out.size === 0) signal.addEventListener('abort', cancelAll);
    out.add(call);
  };
  const remove = (call: Pick<SubmittedCall, 'cancel'>) => {
    out.delete(call);
    if (out.size === 0) signal.removeEventListener('abort', cancelAll);
  };
  const submit = (target: CallTarget, args: readonly unknown[], options?: SubmitOptions): SubmittedCall => {
    signal.throwIfAborted();
    const call = invoker.submit(target, args, options);
    add(call);
    const result = call.result.then(
      (value) => {
        remove(call);
        return value;
      },
      (error: unknown) => {
        remove(call);
        throw isCancelled(error) && signal.aborted ? signal.reason : error;
      },
    );
    if (options?.durable) result.catch(() => {});
    return {
      get id() {
        return call.id;
      },
      result,
      accepted: call.accepted,
      cancel: (how) => call.cancel(how),
      awaited: () => call.awaited?.(),
      looked: () => call.looked?.() ?? Promise.resolve(),
    };
  };
  const stream = (target: CallTarget, args: readonly unknown[]): SubmittedStream => {
    signal.throwIfAborted();
    const call = invoker.stream(target, args);
    add(call);
    return {
      id: call.id,
      values: abortableValues(call, signal, remove),
      cancel: (options) => call.cancel(options),
    };
  };
  return {
    submit,
    stream,
    find: (callId) => invoker.find(callId),
    updateAutoscaler: (target, settings) => invoker.updateAutoscaler(target, settings),
    stats: (target) => invoker.stats(target),
    describe: (target) => invoker.describe(target),
  };
}

async function* abortableValues(
  call: SubmittedStream,
  signal: AbortSignal,
  remove: (call: SubmittedStream) => void,
): SubmittedStream['values'] {
  try {
    return yield* call.values;
  } catch (error) {
    throw isCancelled(error) && signal.aborted ? signal.reason : error;
  } finally {
    remove(call);
  }
}

/** By its code: the error may come from another copy of the SDK. */
function isCancelled(error: unknown): boolean {
  return (error as { code?: unknown } | null | undefined)?.code === 'CALL_CANCELLED';
}
