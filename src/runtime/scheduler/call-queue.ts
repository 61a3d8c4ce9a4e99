/**
 * A first-in first-out queue of calls, with constant-time ends whatever its length.
 *
 * Calls that were handed back go to the front: they have waited already. Cancelled ones are left in place
 * and skipped when they come up, so that a cancel needs no search.
 */
import type { Call } from './call.ts';

/** Emptied slots at the front before they are given back in one copy. */
const COMPACT_AFTER = 1024;

export class CallQueue {
  #calls: (Call | undefined)[] = [];
  #head = 0;
  #front: Call[] = [];
  #skipped = 0;

  /** Calls waiting. */
  get length(): number {
    return this.#front.length + this.#calls.length - this.#head - this.#skipped;
  }

  push(call: Call): void {
    this.#calls.push(call);
  }

  /** Puts calls before all others, the first of them first. */
  pushFront(calls: readonly Call[]): void {
    if (calls.length > 0) this.#front.unshift(...calls);
  }

  /** The next call that still waits. */
  shift(): Call | undefined {
    for (;;) {
      const call = this.#front.length > 0 ? this.#front.shift() : this.#shiftBack();
      if (call === undefined || !call.settled) return call;
      this.#skipped--;
    }
  }

  /** The call that `shift` would give. */
  peek(): Call | undefined {
    for (;;) {
      const call = this.#front.length > 0 ? this.#front[0] : this.#calls[this.#head];
      if (call === undefined || !call.settled) return call;
      if (this.#front.length > 0) this.#front.shift();
      else this.#shiftBack();
      this.#skipped--;
    }
  }

  /** A call in the queue was settled: it counts no more. */
  forget(): void {
    this.#skipped++;
  }

  /** Those that still wait, in order. */
  *[Symbol.iterator](): Iterator<Call> {
    for (const call of this.#front) if (!call.settled) yield call;
    for (let at = this.#head; at < this.#calls.length; at++) {
      const call = this.#calls[at];
      if (call !== undefined && !call.settled) yield call;
    }
  }

  #shiftBack(): Call | undefined {
    if (this.#head === this.#calls.length) return undefined;
    const call = this.#calls[this.#head];
    this.#calls[this.#head++] = undefined;
    if (this.#head >= COMPACT_AFTER && this.#head * 2 >= this.#calls.length) {
      this.#calls = this.#calls.slice(this.#head);
      this.#head = 0;
    }
    return call;
  }
}
