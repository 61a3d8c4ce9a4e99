/**
 * Calls of one pool that wait for the delay before their next attempt.
 */
import type { RetryManifest } from '../../protocol/manifest.ts';
import type { Clock } from '../../shared/clock.ts';
import type { Call, CallFailure } from './call.ts';
import { retryDelay } from './retry-policy.ts';

export class RetryingCalls {
  readonly #clock: Clock;
  readonly #submit: (call: Call) => void;
  /** By when they go on. */
  readonly #due = new Map<Call, number>();

  /** @param submit takes a call whose delay is over */
  constructor(clock: Clock, submit: (call: Call) => void) {
    this.#clock = clock;
    this.#submit = submit;
  }

  get size(): number {
    return this.#due.size;
  }

  /** Milliseconds until the first of them goes on. */
  get nextMs(): number {
    let next = Number.POSITIVE_INFINITY;
    for (const due of this.#due.values()) next = Math.min(next, due);
    return Math.max(0, next - this.#clock.now());
  }

  /** When the one that waits longest began to wait. */
  get since(): number | undefined {
    const [first] = this.#due.keys();
    return first?.queuedAt;
  }

  /** Takes a call whose attempt failed. False where the policy allows no other. */
  add(call: Call, policy: RetryManifest): boolean {
    const delay = retryDelay(policy, call.attempt);
    if (delay === undefined) return false;
    call.waitForRetry();
    call.queuedAt = this.#clock.now();
    this.#waitUntil(call, call.queuedAt + delay);
    return true;
  }

  /** Takes over those of another pool; they go on when they would have there. */
  takeOver(other: RetryingCalls): void {
    const taken = [...other.#due];
    other.#due.clear();
    for (const [call, due] of taken) this.#waitUntil(call, due);
  }

  delete(call: Call): void {
    this.#due.delete(call);
  }

  /** Fails all of them. */
  fail(failure: CallFailure): void {
    const waiting = [...this.#due.keys()];
    this.#due.clear();
    for (const call of waiting) call.fail(failure);
  }

  #waitUntil(call: Call, due: number): void {
    this.#due.set(call, due);
    this.#clock.after(Math.max(0, due - this.#clock.now()), () => {
      if (!this.#due.delete(call) || call.settled) return;
      call.retry();
      this.#submit(call);
    });
  }
}
