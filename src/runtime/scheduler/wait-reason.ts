/**
 * Says in words why calls of a pool wait. Pure.
 *
 * The words are a person's: they name the limit that holds the calls back, with its number.
 */
import type { HostRoom, NoRoom } from './host-budget.ts';

export interface WaitingPool {
  /** Calls that wait for a container, and for the delay before their next attempt. */
  readonly queued: number;
  readonly retrying: number;
  /** Milliseconds until the first of those that wait for a delay goes on. */
  readonly nextRetryMs: number;
  readonly starting: number;
  /** Containers of any state. */
  readonly containers: number;
  readonly maxContainers: number | undefined;
  /** Milliseconds until another start is tried, after starts that came to nothing. */
  readonly pauseMs: number;
  /** What the last start came to, in words. */
  readonly lastStart: string | undefined;
  /** The calls wait for others to fill their batch. */
  readonly fillingBatch: boolean;
  readonly obstacle: NoRoom | undefined;
  readonly host: HostRoom;
}

/** The reason, or undefined where nothing waits. */
export function waitReason(pool: WaitingPool): string | undefined {
  if (pool.queued === 0) {
    if (pool.retrying === 0) return undefined;
    return `its previous attempt failed; next in ${seconds(pool.nextRetryMs)}`;
  }
  if (pool.pauseMs > 0 && pool.lastStart !== undefined) {
    return `${pool.lastStart}; next try in ${seconds(pool.pauseMs)}`;
  }
  if (pool.fillingBatch) return 'its batch is not full yet';
  if (pool.starting > 0) return 'a container is starting';
  if (pool.maxContainers !== undefined && pool.containers >= pool.maxContainers) {
    return `maxContainers ${pool.maxContainers} reached`;
  }
  switch (pool.obstacle) {
    case 'cpu':
      return `the host's ${pool.host.cpus} ${pool.host.cpus === 1 ? 'CPU is' : 'CPUs are'} taken`;
    case 'memory':
      return `the host's ${pool.host.memoryMiB} MiB of memory are taken`;
    case 'starts':
      return 'other containers are starting';
    default:
      return 'all its containers are busy';
  }
}

function seconds(ms: number): string {
  return ms < 950 ? `${Math.max(1, Math.round(ms / 100)) / 10} s` : `${Math.round(ms / 1000)} s`;
}
