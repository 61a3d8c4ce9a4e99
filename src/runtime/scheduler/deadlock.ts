/**
 * Decides whether calls wait for a container that only they could give back. Pure.
 *
 * A call whose code waits for another call holds its container meanwhile. Where every container that could serve the
 * waiting calls is held by calls that wait for those very calls, nothing will ever move.
 *
 * Invariants
 * - never found while one call in their way does not wait: it may end and give its container back
 */
import type { Call } from './call.ts';

/** A pool that can get no further container. */
export interface PoolAtLimit {
  /** Calls that need one. */
  readonly waiting: readonly Call[];
  /** Calls that hold what there is. */
  readonly running: readonly Call[];
}

/** The pools among these whose waiting calls nothing can ever serve. */
export function deadlocked<P extends PoolAtLimit>(pools: readonly P[]): readonly P[] {
  const stuck = new Set<Call>();
  for (const { waiting } of pools) for (const call of waiting) addAncestors(call, stuck);
  const left = pools.filter(({ running }) => running.every((call) => stuck.has(call)));
  // A pool that will move takes its waiting calls out of the others' way: look again without it.
  return left.length === pools.length ? left : deadlocked(left);
}

/** The calls that wait, directly or through others, for this one. */
function addAncestors(call: Call, stuck: Set<Call>): void {
  for (let child = call; child.awaited && child.parent !== undefined; child = child.parent) {
    if (stuck.has(child.parent)) return;
    stuck.add(child.parent);
  }
}
