/**
 * A call and its states. The only place where a call's state changes.
 *
 * Invariants
 * - a transition that is not in NEXT is a bug and throws
 * - a call settles exactly once, when it reaches a final state; later answers find it settled
 * - its number changes with every attempt, so that an answer can never be taken for another attempt's
 */
import { BugError } from '../../shared/errors.ts';
import type { ContainerSlot } from './container-slot.ts';
import type { CallPlace, DispatchedCall } from './ports.ts';

export type CallState =
  /** Waits for a container with room. */
  | 'queued'
  /** Handed to a container, behind another call that still runs there. */
  | 'starting'
  | 'running'
  /** Waits for the delay before its next attempt. */
  | 'retrying'
  | 'succeeded'
  | 'failed'
  | 'cancelled'
  | 'timed-out';

/** Which states may follow. `starting` and `running` go back to `queued` when a container ends under them. */
export const NEXT: Readonly<Record<CallState, readonly CallState[]>> = {
  queued: ['starting', 'running', 'failed', 'cancelled'],
  starting: ['running', 'queued', 'cancelled'],
  running: ['succeeded', 'failed', 'timed-out', 'cancelled', 'retrying', 'queued'],
  retrying: ['queued', 'cancelled', 'failed'],
  succeeded: [],
  failed: [],
  cancelled: [],
  'timed-out': [],
};

/** Why a call, or one attempt of it, has no result. */
export type CallFailure =
  /** The function threw; the bytes are the encoded error. */
  | { readonly kind: 'thrown'; readonly bytes: Uint8Array }
  | { readonly kind: 'timed-out' }
  | { readonly kind: 'cancelled' }
  | {
      readonly kind: 'container-lost';
      readonly code: number;
      readonly outOfMemory: boolean;
      readonly lastOutput: string;
    }
  /** Its containers were taken away from outside, again and again. */
  | { readonly kind: 'container-taken'; readonly reason: string }
  | { readonly kind: 'start-failed'; readonly error: unknown }
  | { readonly kind: 'start-timed-out' }
  /** Containers end right after their start. */
  | {
      readonly kind: 'crash-loop';
      readonly starts: number;
      readonly code: number;
      readonly lastOutput: string;
    }
  /** A version of the app without its function took the place of the one that it was made for. */
  | { readonly kind: 'removed' }
  /** It waits for a container that is held by the very calls that wait for it. */
  | { readonly kind: 'deadlock'; readonly obstacle: string };

export type CallOutcome =
  | { readonly ok: true; readonly bytes: Uint8Array }
  | { readonly ok: false; readonly failure: CallFailure };

/** An attempt that came to nothing. */
export interface FailedAttempt {
  readonly failure: CallFailure;
  /** Whether it used up one of the function's retries; one that failed through no fault of the function does not. */
  readonly counted: boolean;
}

/** What a call is made of. */
export interface CallRequest {
  readonly id: string;
  readonly method: string;
  readonly payload: Uint8Array;
  /** The call whose code made it. */
  readonly parent?: Call | undefined;
  /** Of a generator: where its values go, and how many may come before the first is taken. */
  readonly stream?: { readonly credit: number; onValue(bytes: Uint8Array): void } | undefined;
  /** Where it gives a promise, the outcome is safe only when that resolves: a runner that can keeps its answer until then. */
  onSettled(outcome: CallOutcome): unknown;
}

/** Calls that run as one, as far as they are unanswered. */
export interface Batch {
  left: number;
}

export class Call implements DispatchedCall {
  readonly id: string;
  readonly method: string;
  readonly payload: Uint8Array;
  readonly parent: Call | undefined;
  readonly stream: CallRequest['stream'];
  number = 0;
  /** Values that its reader has allowed so far, of a generator. */
  credit: number;
  /** The container that holds it. */
  slot: ContainerSlot | undefined;
  /** The batch it was handed over in. */
  batch: Batch | undefined;
  /** When it was last queued, and when its attempt began to run, on the scheduler's clock. */
  queuedAt = 0;
  startedAt = 0;
  /** Its attempt ran out of time. */
  expired = false;
  /** Must not share a container: it may be the one that blocks. */
  alone = false;
  /** The code that made it waits for its result. */
  awaited = false;
  /** Values of it that came. */
  values = 0;
  /** Attempts that ended because a container was taken away. */
  losses = 0;
  #request: CallRequest | undefined;
  #state: CallState = 'queued';
  #attempts = 0;
  #failed: FailedAttempt[] | undefined;
  #settledListeners: ((outcome: CallOutcome) => void)[] | undefined;
  #released: PromiseWithResolvers<void> | undefined;

  constructor(request: CallRequest) {
    this.id = request.id;
    this.method = request.method;
    this.payload = request.payload;
    this.parent = request.parent;
    this.stream = request.stream;
    this.credit = request.stream?.credit ?? 0;
    this.#request = request;
  }

  /** What stands in for a call in the container that it was taken from. */
  static settledLike(call: Call): Call {
    const { id, method, number, batch, startedAt } = call;
    return Object.assign(Call.settledOne(id, method), { number, batch, startedAt, expired: true });
  }

  /** What stands in for a call that an adopted container holds, until somebody says what it is. */
  static unknown(number: number, batch: Batch | undefined): Call {
    return Object.assign(Call.settledOne('', ''), { number, batch, expired: true });
  }

  private static settledOne(id: string, method: string): Call {
    const ghost = new Call({ id, method, payload: new Uint8Array(), onSettled: () => {} });
    ghost.fail({ kind: 'cancelled' });
    return ghost;
  }

  get state(): CallState {
    return this.#state;
  }

  /** Attempts begun so far. */
  get attempt(): number {
    return this.#attempts;
  }

  get settled(): boolean {
    return this.#request === undefined;
  }

  /** What became of its attempts so far, as far as they failed. */
  get failedAttempts(): readonly FailedAttempt[] {
    return this.#failed ?? [];
  }

  /** Told once when it settles. */
  onSettled(listener: (outcome: CallOutcome) => void): void {
    this.#settledListeners ??= [];
    this.#settledListeners.push(listener);
  }

  /** Resolves when no container holds it: what its code still does after a cancel is over. */
  whenReleased(): Promise<void> {
    if (this.slot === undefined) return Promise.resolve();
    this.#released ??= Promise.withResolvers<void>();
    return this.#released.promise;
  }

  /** A generator's reader took values. */
  grant(count: number): void {
    // Kept as well: an attempt that is begun again is granted all of it.
    this.credit += count;
    if (!this.settled) this.slot?.runner.credit(this.number, count);
  }

  /** Handed to a container; `first` where nothing is ahead of it there. */
  dispatched(slot: ContainerSlot, number: number, first: boolean): void {
    this.slot = slot;
    this.number = number;
    this.#attempts++;
    this.expired = false;
    this.#to(first ? 'running' : 'starting');
  }

  /** Found in a container that was adopted, where it runs or waits. */
  found(slot: ContainerSlot, { number, attempt }: CallPlace, runs: boolean): void {
    this.slot = slot;
    this.number = number;
    this.#attempts = attempt;
    this.#to(runs ? 'running' : 'starting');
  }

  /** What was ahead of it in its container is done. */
  reachedHead(): void {
    this.#to('running');
  }

  /** No container holds it any more. */
  release(): void {
    this.slot = undefined;
    this.batch = undefined;
    this.#released?.resolve();
  }

  /** Back to the queue, without the attempt counting: it did not begin, or ended through no fault of its own. */
  handedBack(): void {
    this.#attempts--;
    this.#to('queued');
  }

  /** Keeps why an attempt failed, for the error that its caller may get in the end. */
  note(failure: CallFailure, counted: boolean): void {
    this.#failed ??= [];
    this.#failed.push({ failure, counted });
  }

  waitForRetry(): void {
    this.#to('retrying');
  }

  retry(): void {
    this.#to('queued');
  }

  /** Returns what says when the outcome is safe, where that is not at once. */
  succeed(bytes: Uint8Array): void | Promise<void> {
    this.#to('succeeded');
    return this.#settle({ ok: true, bytes });
  }

  /** The same. */
  fail(failure: CallFailure): void | Promise<void> {
    this.#to(
      failure.kind === 'cancelled' ? 'cancelled' : failure.kind === 'timed-out' ? 'timed-out' : 'failed',
    );
    return this.#settle({ ok: false, failure });
  }

  #settle(outcome: CallOutcome): void | Promise<void> {
    const request = this.#request;
    this.#request = undefined;
    const safe = request?.onSettled(outcome);
    const listeners = this.#settledListeners;
    this.#settledListeners = undefined;
    if (listeners !== undefined) for (const listener of listeners) listener(outcome);
    return safe instanceof Promise ? safe : undefined;
  }

  #to(state: CallState): void {
    if (!NEXT[this.#state].includes(state)) {
      throw new BugError(`call ${this.id} cannot go from ${this.#state} to ${state}`);
    }
    this.#state = state;
  }
}
