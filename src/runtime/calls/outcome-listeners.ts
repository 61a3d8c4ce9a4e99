/**
 * Who waits for the outcome of which call.
 */
import type { EncodedOutcome } from '../../protocol/invocation.ts';

export type OutcomeListener = (outcome: EncodedOutcome) => void;

export class OutcomeListeners {
  readonly #waiting = new Map<string, Set<OutcomeListener>>();

  /** Told once, unless it is taken back before. Returns how to. */
  add(id: string, listener: OutcomeListener): () => void {
    const listeners = this.#waiting.get(id) ?? new Set();
    this.#waiting.set(id, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.#waiting.get(id) === listeners) this.#waiting.delete(id);
    };
  }

  tell(id: string, outcome: EncodedOutcome): void {
    const listeners = this.#waiting.get(id);
    if (listeners === undefined) return;
    this.#waiting.delete(id);
    for (const listener of listeners) listener(outcome);
  }
}
