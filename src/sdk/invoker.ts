/**
 * Port: how a call leaves this process.
 *
 * Implemented in-process by the engine, over HTTP by the client, and inside a container by the runner.
 * Handles know nothing else of the world, which keeps the SDK free of I/O.
 */
import type { AutoscalerOptions, OptionOverrides } from './function-options.ts';

/** What a call is for. Targets of equal content share their containers. */
export interface CallTarget {
  readonly app: string;
  /** A function, or a class. */
  readonly function: string;
  /** The method, where `function` is a class. */
  readonly method?: string;
  /** Constructor arguments of the class: each distinct list of values has containers of its own. */
  readonly parameters?: readonly unknown[];
  /** What `withOptions` and the like changed. */
  readonly overrides?: OptionOverrides;
}

/** A call that was accepted and will settle. */
export interface SubmittedCall {
  /** `fc-…` */
  readonly id: string;
  /**
   * Settles once, with the function's own error where it threw. Of a durable call, and of one that was found, it is
   * fetched when it is first read, and a rejection that nobody looks at ends no process.
   */
  readonly result: Promise<unknown>;
  /** Asks for its end. A call that has a result keeps it. */
  cancel(options?: CancelOptions): void;
  /**
   * Says that the calling code does nothing but wait for the result, without a limit. Where a call waits for one
   * that can never start, that is how it is noticed.
   */
  awaited?(): void;
  /**
   * Of a durable call: resolves once it is accepted for good, after which `id` is final; rejects where it was refused.
   * Undefined where calls live no longer than the process that takes them.
   */
  readonly accepted?: Promise<void> | undefined;
  /** Resolves once a result that is there already has been fetched. Undefined where that takes no time. */
  looked?(): Promise<void>;
}

/** How a call is submitted. */
export interface SubmitOptions {
  /** It goes on by itself: it outlives its caller, and its result is fetched by whoever asks. Default `false`. */
  readonly durable?: boolean;
  /** Of a durable call: where its function has one of the same key, that one is meant and no other is made. */
  readonly idempotencyKey?: string;
}

/** A call of a generator function. */
export interface SubmittedStream {
  /** `fc-…` */
  readonly id: string;
  /**
   * What it yields, read with back-pressure: the function runs ahead of its reader by a bounded number of
   * values. Returning early ends the function's generator, its `finally` blocks included.
   */
  readonly values: AsyncGenerator<unknown, unknown, undefined>;
  cancel(options?: CancelOptions): void;
}

/** How to end a call. */
export interface CancelOptions {
  /** Also stop the container that runs the call, at once. Default `false`. */
  terminateContainers?: boolean;
}

/** How a function stands now. */
export interface FunctionStats {
  /** Calls that wait for a container. */
  readonly backlog: number;
  /** Containers that start or serve, frozen ones included. */
  readonly containers: number;
  /** Calls that run. */
  readonly running: number;
  /** Why the waiting calls wait, as a person says it; undefined where none waits. */
  readonly waitingFor?: string;
}

/** What a handle has to know of a function, or of a class. */
export interface FunctionDescription {
  readonly kind: 'function' | 'class';
  /** It yields values instead of returning one. */
  readonly generator: boolean;
  /** It takes and returns lists, and its callers single values. */
  readonly batched: boolean;
  /** Of a class. */
  readonly methods: readonly { readonly name: string; readonly generator: boolean }[];
}

export interface Invoker {
  /** Accepts a call. Throws {@link UncloneableValueError} or {@link PayloadTooLargeError} for bad arguments. */
  submit(target: CallTarget, args: readonly unknown[], options?: SubmitOptions): SubmittedCall;
  /** Accepts a call of a generator function. Throws like {@link submit}. */
  stream(target: CallTarget, args: readonly unknown[]): SubmittedStream;
  /** The call of an id. Its result rejects with CALL_NOT_FOUND where there is none. */
  find(callId: string): SubmittedCall;
  /** Changes how many containers a function has; fields that are left out stay as they are. */
  updateAutoscaler(target: CallTarget, settings: AutoscalerOptions): Promise<void>;
  stats(target: CallTarget): Promise<FunctionStats>;
  /** Rejects with FUNCTION_NOT_FOUND where there is none. */
  describe(target: CallTarget): Promise<FunctionDescription>;
}
