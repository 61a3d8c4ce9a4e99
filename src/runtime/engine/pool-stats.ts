/**
 * How a pool stands now, as users read it. Pure.
 */
import type { FunctionStats } from '../../sdk/invoker.ts';
import type { FunctionPool } from '../scheduler/function-pool.ts';

/** What `stats()` answers. */
export function statsOf(pool: FunctionPool): FunctionStats {
  const { waitingFor } = pool;
  return {
    backlog: pool.queue.length + pool.retrying.size,
    containers: pool.containers.alive,
    running: pool.dispatched,
    ...(waitingFor !== undefined && { waitingFor }),
  };
}
