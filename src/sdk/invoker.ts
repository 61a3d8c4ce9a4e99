/**
 * Port: how a call leaves this process.
 *
 * Implemented in-process by the engine, over HTTP by the client, and inside a container by the runner.
 * Handles know nothing else of the world, which keeps the SDK free of I/O.
 */

/** Which function a call is for. */
export interface CallTarget {
  readonly app: string;
  readonly function: string;
}

/** A call that was accepted and will settle. */
export interface SubmittedCall {
  /** `fc-…` */
  readonly id: string;
  /** Settles once, with the function's own error where it threw. */
  readonly result: Promise<unknown>;
  /** Asks for its end. A call that has a result keeps it. */
  cancel(options?: CancelOptions): void;
}

/** How to end a call. */
export interface CancelOptions {
  /** Also stop the container that runs the call, at once. Default `false`. */
  terminateContainers?: boolean;
}

export interface Invoker {
  /** Accepts a call. Throws {@link UncloneableValueError} or {@link PayloadTooLargeError} for bad arguments. */
  submit(target: CallTarget, args: readonly unknown[]): SubmittedCall;
}
