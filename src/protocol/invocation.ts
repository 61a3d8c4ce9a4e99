/**
 * Ports: calls whose arguments and results stay encoded, as they pass from one process to another.
 *
 * A started app takes such calls ({@link EncodedCalls}). A session with a container or a client
 * (src/invocation/invocation-session.ts) makes them through an {@link InvocationHost}, which may lead to several apps
 * and keeps spawned calls for good where it can.
 *
 * Invariants
 * - a call that was taken settles once; one that was refused threw and never settles
 */
import type { FunctionDescription, FunctionStats } from '../sdk/invoker.ts';
import type { InvokeTarget } from './runner-messages.ts';

/** How an encoded call ended. */
export interface EncodedOutcome {
  readonly state: 'succeeded' | 'failed' | 'cancelled' | 'timed-out';
  /** An encoded value, or an encoded error. */
  readonly payload: Uint8Array;
}

/** A call to make. */
export interface EncodedCall {
  /** `fc-…` */
  readonly id: string;
  readonly target: InvokeTarget;
  /** The encoded list of arguments. */
  readonly payload: Uint8Array;
  /** Id of the call whose code makes it. */
  readonly parent?: string | undefined;
  /** Its outcome can be asked for by its id after it settled. */
  readonly kept?: boolean;
  /** Of a generator: takes its values, as far as credit was given. */
  readonly onValue?: ((payload: Uint8Array) => void) | undefined;
  /**
   * It was accepted before this process began: it may run in a container that was taken back, or have its answer there.
   */
  readonly resumed?: boolean;
  /** What it returns is waited for before its container forgets the answer. */
  onSettled(outcome: EncodedOutcome): void | Promise<void>;
}

/** A call that was taken and has not settled. */
export interface OpenCall {
  cancel(terminateContainers: boolean): void;
  /** Of a generator: that many further values may come. */
  credit(count: number): void;
  /** Whether the code that made it does nothing but wait for it. */
  awaited(is: boolean): void;
  progress(): CallProgress;
}

/** How far a call is. */
export interface CallProgress {
  readonly state: 'queued' | 'running';
  /** Attempts begun so far. */
  readonly attempts: number;
  /** When its last attempt began, in milliseconds since 1970; undefined before the first. */
  readonly startedAt: number | undefined;
  /** Why it waits, as a person says it. */
  readonly waitingFor: string | undefined;
}

/** What takes encoded calls: the functions of one started app. */
export interface EncodedCalls {
  /** Takes a call. Throws what is wrong with it: FUNCTION_NOT_FOUND, INVALID_OPTION, a taken id. */
  submit(call: EncodedCall): OpenCall;
  /** The call of an id, whose outcome is told once; undefined where there is none. */
  find(id: string, onSettled: (outcome: EncodedOutcome) => void): OpenCall | undefined;
  /** @param settings encoded AutoscalerOptions */
  updateAutoscaler(target: InvokeTarget, settings: Uint8Array): void;
  stats(target: InvokeTarget): FunctionStats;
  describe(target: InvokeTarget): FunctionDescription;
}

/** A call to make that nobody waits for. */
export interface SpawnedCall extends Omit<EncodedCall, 'kept' | 'onValue' | 'resumed' | 'onSettled'> {
  /** One call for each key in a function. */
  readonly idempotencyKey?: string | undefined;
}

/** What a session asks. Where it throws or rejects, that is the answer. */
export interface InvocationHost extends Omit<EncodedCalls, 'find'> {
  /** Accepts a call for good. Gives its id: that of the first call, where its key was used before. */
  spawn(call: SpawnedCall): string | Promise<string>;
  /** The call of an id, whose outcome is told once. Throws or rejects with CALL_NOT_FOUND where there is none. */
  find(id: string, onSettled: (outcome: EncodedOutcome) => void): OpenCall | Promise<OpenCall>;
}
