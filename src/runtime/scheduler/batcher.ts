/**
 * Decides when calls that wait are handed over as one batch. Pure.
 *
 * A full batch goes at once; a smaller one when its first call has waited `waitMs`. Calls of one batch are of one
 * pool and one method, in the order they came.
 */

/** When the next batch may leave: now, or in `waitMs`. */
export type BatchDecision = { readonly due: true } | { readonly due: false; readonly waitMs: number };

/** @param firstWaitedMs how long the first of the queued calls has waited */
export function nextBatch(
  { maxBatchSize, waitMs }: { readonly maxBatchSize: number; readonly waitMs: number },
  queued: number,
  firstWaitedMs: number,
): BatchDecision {
  if (queued >= maxBatchSize || firstWaitedMs >= waitMs) return { due: true };
  return { due: false, waitMs: waitMs - firstWaitedMs };
}
