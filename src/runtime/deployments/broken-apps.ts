/**
 * Apps that are deployed and could not be started: tries each again, after ever longer pauses.
 *
 * Invariants
 * - one try of an app at a time, and none after `forget`
 */
import type { Cancel, Clock } from '../../shared/clock.ts';
import { ToolError } from '../../shared/errors.ts';

const FIRST_PAUSE_MS = 1_000;
const MAX_PAUSE_MS = 300_000;

/** Why an app does not run, as it can be told. */
export interface AppProblem {
  readonly code: string;
  readonly message: string;
}

interface Broken {
  readonly problem: AppProblem;
  readonly tries: number;
  readonly cancel: Cancel;
}

export class BrokenApps {
  readonly #clock: Clock;
  readonly #broken = new Map<string, Broken>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  problem(key: string): AppProblem | undefined {
    return this.#broken.get(key)?.problem;
  }

  /** An app could not be started: `retry` is called when it is time to try again. */
  add(key: string, error: unknown, retry: () => void): void {
    const before = this.#broken.get(key);
    before?.cancel();
    const tries = (before?.tries ?? 0) + 1;
    const pause = Math.min(MAX_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (tries - 1));
    this.#broken.set(key, { problem: problemOf(error), tries, cancel: this.#clock.after(pause, retry) });
  }

  /** It runs, or is not to run any more. */
  forget(key: string): void {
    this.#broken.get(key)?.cancel();
    this.#broken.delete(key);
  }

  forgetAll(): void {
    for (const key of [...this.#broken.keys()]) this.forget(key);
  }
}

function problemOf(error: unknown): AppProblem {
  const message = error instanceof Error ? error.message : String(error);
  return { code: error instanceof ToolError ? error.code : 'BUG', message };
}
