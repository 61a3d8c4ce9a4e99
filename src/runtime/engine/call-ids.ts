/**
 * The ids of the calls that one container holds, by their numbers on its channel.
 *
 * An id outlives its answer for a while: what a call left behind (a timer, a promise) may still print.
 */

/** Answered calls whose ids are kept. */
const KEPT = 1024;

export class CallIds {
  readonly #ids = new Map<number, string>();
  /** Numbers of answered calls, in a ring. */
  readonly #answered = new Float64Array(KEPT);
  #next = 0;
  #held = 0;

  /** Calls that it holds. */
  get size(): number {
    return this.#held;
  }

  add(number: number, id: string): void {
    this.#held++;
    this.#ids.set(number, id);
  }

  get(number: number): string | undefined {
    return this.#ids.get(number);
  }

  /** Takes an answer for a number; each number has one. One that was never held counts for nothing. */
  answered(number: number): void {
    if (!this.#ids.has(number)) return;
    this.#held--;
    this.#ids.delete(this.#answered[this.#next] as number);
    this.#answered[this.#next] = number;
    this.#next = (this.#next + 1) % KEPT;
  }
}
