/**
 * Decides how many containers one function should have now, and how many calls to hand to each.
 *
 * Pure: reads a snapshot and answers. It starts and stops nothing; function-pool.ts acts, and the host's
 * room (host-budget.ts) may allow fewer.
 *
 * Invariants
 * - 0 <= desired <= maxContainers, and 0 only without any call
 * - long calls get a container each; short ones share, as far as sharing is faster than a start
 */

export interface PoolSnapshot {
  /** Calls that wait for a container. */
  readonly queued: number;
  /** Calls handed to containers and not answered. */
  readonly dispatched: number;
  readonly maxContainers: number | undefined;
  /** Mean run time of recent calls; undefined before the first answer. */
  readonly averageCallMs: number | undefined;
  /** How long a container takes to become ready. */
  readonly startMs: number;
}

/** Containers that the present calls are worth. */
export function desiredContainers(snapshot: PoolSnapshot): number {
  const { queued, dispatched, averageCallMs, startMs, maxContainers } = snapshot;
  const calls = queued + dispatched;
  if (calls === 0) return 0;
  // A new container helps only with work that the others would not have done by the time it is ready.
  const callsPerStart =
    averageCallMs === undefined ? 1 : Math.max(1, startMs / Math.max(averageCallMs, 0.001));
  return Math.min(Math.ceil(calls / callsPerStart), maxContainers ?? Number.POSITIVE_INFINITY);
}

/** How much work, in ms, is sent ahead to a busy container, to hide the round trip. */
const AHEAD_MS = 8;
/** More would add nothing: it is about what one write carries. */
const MAX_AHEAD = 256;

/** Calls that one container may hold at a time, the running one included. */
export function prefetchDepth(averageCallMs: number | undefined): number {
  if (averageCallMs === undefined) return 1;
  return Math.min(MAX_AHEAD, 1 + Math.floor(AHEAD_MS / Math.max(averageCallMs, 0.001)));
}

/** Weight of the newest value in a running mean. */
const NEWEST_WEIGHT = 0.1;

/** The running mean after one more value. */
export function runningMean(mean: number | undefined, value: number): number {
  return mean === undefined ? value : mean + (value - mean) * NEWEST_WEIGHT;
}
