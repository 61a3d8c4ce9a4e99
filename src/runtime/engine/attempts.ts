/**
 * Attaches to the error of a failed call what became of each of its attempts. Pure, but for the error it is given.
 *
 * The SDK reads it under the same symbol (`attemptsOf`), which needs no import on either side.
 */
import type { FailedAttempt } from '../scheduler/call.ts';

/** Where the attempts are, on an error. */
export const ATTEMPTS = Symbol.for('dray.attempts');

/** One attempt that failed. */
export interface CallAttempt {
  /** From 1. */
  readonly attempt: number;
  /** One sentence. */
  readonly reason: string;
}

/** @param reasonOf says in a sentence why an attempt failed */
export function attachAttempts(
  error: unknown,
  failed: readonly FailedAttempt[],
  reasonOf: (attempt: FailedAttempt) => string,
): void {
  if (typeof error !== 'object' || error === null || !Object.isExtensible(error)) return;
  const attempts: CallAttempt[] = failed.map((attempt, index) => ({
    attempt: index + 1,
    reason: reasonOf(attempt),
  }));
  Object.defineProperty(error, ATTEMPTS, { value: attempts, enumerable: false, configurable: true });
}
