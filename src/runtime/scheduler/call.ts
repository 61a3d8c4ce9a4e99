/**
 * A call and its states. The only place where a call's state changes.
 *
 * Invariants
 * - a transition that is not in NEXT is a bug and throws
 * - a call settles exactly once, when it reaches a final state; later answers find it settled
 */
import { BugError } from '../../shared/errors.ts';

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
  | { readonly kind: 'start-failed'; readonly error: unknown }
  | { readonly kind: 'start-timed-out' };

export type CallOutcome =
  | { readonly ok: true; readonly bytes: Uint8Array }
  | { readonly ok: false; readonly failure: CallFailure };

export class Call {
  readonly id: string;
  /** Its number on channels: short, and unique in this process. */
  readonly number: number;
  readonly payload: Uint8Array;
  readonly #onSettled: (outcome: CallOutcome) => void;
  #state: CallState = 'queued';
  #attempts = 0;
  /** When it was last queued, on the scheduler's clock. */
  queuedAt = 0;

  constructor(id: string, number: number, payload: Uint8Array, onSettled: (outcome: CallOutcome) => void) {
    this.id = id;
    this.number = number;
    this.payload = payload;
    this.#onSettled = onSettled;
  }

  get state(): CallState {
    return this.#state;
  }

  /** Attempts begun so far. */
  get attempts(): number {
    return this.#attempts;
  }

  get settled(): boolean {
    return NEXT[this.#state].length === 0;
  }

  /** Handed to a container; `first` where nothing is ahead of it there. */
  dispatched(first: boolean): void {
    this.#attempts++;
    this.#to(first ? 'running' : 'starting');
  }

  /** What was ahead of it in its container is done. */
  reachedHead(): void {
    this.#to('running');
  }

  /** Back to the queue, without the attempt counting: it did not begin, or ended through no fault of its own. */
  handedBack(): void {
    this.#attempts--;
    this.#to('queued');
  }

  waitForRetry(): void {
    this.#to('retrying');
  }

  retry(): void {
    this.#to('queued');
  }

  succeed(bytes: Uint8Array): void {
    this.#to('succeeded');
    this.#onSettled({ ok: true, bytes });
  }

  fail(failure: CallFailure): void {
    this.#to(
      failure.kind === 'cancelled' ? 'cancelled' : failure.kind === 'timed-out' ? 'timed-out' : 'failed',
    );
    this.#onSettled({ ok: false, failure });
  }

  #to(state: CallState): void {
    if (!NEXT[this.#state].includes(state)) {
      throw new BugError(`call ${this.id} cannot go from ${this.#state} to ${state}`);
    }
    this.#state = state;
  }
}
