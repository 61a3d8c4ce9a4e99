/**
 * Keeps a pool from starting containers by itself: before its app swaps to it, and until what stood in its place is
 * gone. One container may be started all the same, to see whether it comes to serve.
 */
import type { CallFailure } from './call.ts';

export class StartGate {
  #holds = 0;
  #told: ((failure: CallFailure | undefined) => void) | undefined;

  /** Nothing may be started now. */
  get held(): boolean {
    return this.#holds > 0;
  }

  /** Holds it until `release` is called. */
  hold(): () => void {
    this.#holds++;
    return () => {
      this.#holds--;
    };
  }

  /** Launches a container; resolves to why it came to nothing, or undefined when it is ready. */
  prove(launch: () => void): Promise<CallFailure | undefined> {
    return new Promise((resolve) => {
      this.#told = resolve;
      launch();
    });
  }

  /** A container came to serve, or to nothing. */
  tell(failure: CallFailure | undefined): void {
    this.#told?.(failure);
    this.#told = undefined;
  }
}
