/**
 * Decides whether and when a failed attempt is tried again. Pure.
 *
 * The delay before retry n is initialDelayMs · backoffCoefficient^(n-1), at most maxDelayMs.
 */
import type { RetryManifest } from '../../protocol/manifest.ts';

/** Milliseconds to wait before the next attempt, or undefined when there is none. */
export function retryDelay(policy: RetryManifest, failedAttempts: number): number | undefined {
  if (failedAttempts > policy.maxRetries) return undefined;
  const delay = policy.initialDelayMs * policy.backoffCoefficient ** (failedAttempts - 1);
  return Math.min(delay, policy.maxDelayMs);
}
