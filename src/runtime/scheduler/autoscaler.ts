/**
 * Decides how many containers one pool should have now, and how many calls to hand to each.
 *
 * Pure: reads a snapshot and answers. It starts and stops nothing; pool-containers.ts acts, and the host's
 * room (host-budget.ts) may allow fewer.
 *
 * Invariants
 * - minContainers <= desired <= maxContainers
 * - long calls get a container each (or `targetInputs` to a container); short ones share, as far as sharing is
 *   faster than a start
 */
import type { FunctionManifest } from '../../protocol/manifest.ts';

export interface PoolSnapshot {
  /** Calls that wait for a container. */
  readonly queued: number;
  /** Calls handed to containers and not answered. */
  readonly dispatched: number;
  /** Mean run time of recent calls; undefined before the first answer. */
  readonly averageCallMs: number | undefined;
  /** How long a container takes to become ready. */
  readonly startMs: number;
}

export type ScalingOptions = Pick<
  FunctionManifest,
  'minContainers' | 'maxContainers' | 'bufferContainers' | 'concurrent' | 'batched' | 'singleUseContainers'
>;

/** Containers that the present calls are worth. */
export function desiredContainers(options: ScalingOptions, snapshot: PoolSnapshot): number {
  const { queued, dispatched } = snapshot;
  const calls = queued + dispatched;
  let desired = 0;
  if (calls > 0) desired = Math.ceil(calls / callsPerContainer(options, snapshot)) + options.bufferContainers;
  return Math.min(
    Math.max(desired, options.minContainers),
    options.maxContainers ?? Number.POSITIVE_INFINITY,
  );
}

function callsPerContainer(options: ScalingOptions, { averageCallMs, startMs }: PoolSnapshot): number {
  if (options.singleUseContainers) return 1;
  const together = options.concurrent.targetInputs * (options.batched?.maxBatchSize ?? 1);
  if (averageCallMs === undefined) return together;
  // A new container helps only with work that the others would not have done by the time it is ready.
  return together * Math.max(1, startMs / Math.max(averageCallMs, 0.001));
}

/** How much work, in ms, is sent ahead to a busy container, to hide the round trip. */
const AHEAD_MS = 8;
/** More would add nothing: it is about what one write carries. */
const MAX_AHEAD = 256;

/** Calls (or batches) that one container may hold at a time, the running ones included. */
export function prefetchDepth(
  options: Pick<ScalingOptions, 'concurrent' | 'batched' | 'singleUseContainers'>,
  averageCallMs: number | undefined,
): number {
  if (options.singleUseContainers) return 1;
  const { maxInputs } = options.concurrent;
  if (averageCallMs === undefined || options.batched !== undefined) return maxInputs;
  return maxInputs + Math.min(MAX_AHEAD - 1, Math.floor(AHEAD_MS / Math.max(averageCallMs, 0.001)));
}

/** Weight of the newest value in a running mean. */
const NEWEST_WEIGHT = 0.1;

/** The running mean after one more value. */
export function runningMean(mean: number | undefined, value: number): number {
  return mean === undefined ? value : mean + (value - mean) * NEWEST_WEIGHT;
}
