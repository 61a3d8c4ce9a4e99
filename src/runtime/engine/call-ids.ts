/**
 * The ids of the calls that one container holds, by their numbers on its channel.
 *
 * An id outlives its answer for a while: what a call left behind (a timer, a promise) may still print.
 */

/** Answered calls whose ids are kept. */
const KEPT = 1024;

export class CallIds {
  readonly #held = new Map<number, string>();
  readonly #answered = new Map<number, string>();

  /** Calls that it holds. */
  get size(): number {
    return this.#held.size;
  }

  add(number: number, id: string): void {
    this.#held.set(number, id);
  }

  get(number: number): string | undefined {
    return this.#held.get(number) ?? this.#answered.get(number);
  }

  answered(number: number): void {
    const id = this.#held.get(number);
    if (id === undefined) return;
    this.#held.delete(number);
    this.#answered.set(number, id);
    if (this.#answered.size <= KEPT) return;
    const [oldest] = this.#answered.keys();
    if (oldest !== undefined) this.#answered.delete(oldest);
  }
}
