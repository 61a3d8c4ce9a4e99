/**
 * A question to the engine whose answer does not change.
 *
 * Invariants
 * - what could not be asked is asked again next time
 */
export class AskedOnce<T> {
  readonly #ask: () => Promise<T>;
  #answer: Promise<T> | undefined;

  constructor(ask: () => Promise<T>) {
    this.#ask = ask;
  }

  /** The answer; rejects with what the question does. */
  answer(): Promise<T> {
    this.#answer ??= this.#ask();
    this.#answer.catch(() => {
      this.#answer = undefined;
    });
    return this.#answer;
  }
}
