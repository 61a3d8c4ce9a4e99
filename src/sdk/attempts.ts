/**
 * The attempts of a call that failed, as its error carries them.
 *
 * They hang on the error under a registered symbol, hidden from printing and copying: the error itself stays
 * what the function threw.
 */

/** Where an error carries its attempts. */
export const ATTEMPTS = Symbol.for('dray.attempts');

/** One try of a call in one container. */
export interface CallAttempt {
  /** 1 for the first. */
  readonly attempt: number;
  /** When it began, as an ISO date. */
  readonly startedAt?: string;
  readonly durationMs?: number;
  readonly containerId?: string;
  /** What came of it, in one sentence. */
  readonly reason: string;
}

/** Every attempt of the call that failed with this error, in order; empty for any other error. */
export function attemptsOf(error: unknown): readonly CallAttempt[] {
  if (typeof error !== 'object' || error === null) return [];
  return (error as { [ATTEMPTS]?: readonly CallAttempt[] })[ATTEMPTS] ?? [];
}
