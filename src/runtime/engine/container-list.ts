/**
 * The containers of an app as people look at them.
 */
import type { ContainerInfo } from '../../protocol/control-plane.ts';
import type { Clock } from '../../shared/clock.ts';
import type { ContainerSlot } from '../scheduler/container-slot.ts';
import type { FunctionPool } from '../scheduler/function-pool.ts';
import type { Scheduler } from '../scheduler/scheduler.ts';

/** Those that are there now, the oldest first. */
export function containersOf(scheduler: Scheduler, clock: Clock): ContainerInfo[] {
  const epoch = Date.now() - clock.now();
  return [...everyContainer(scheduler)]
    .map(({ pool, slot }) => infoOf(pool, slot, epoch))
    .sort((a, b) => a.startedAt - b.startedAt);
}

/** The one with an id. */
export function findContainer(scheduler: Scheduler, id: string) {
  for (const found of everyContainer(scheduler)) if (found.slot.runner.id === id) return found;
  return undefined;
}

function* everyContainer(scheduler: Scheduler): Iterable<{ pool: FunctionPool; slot: ContainerSlot }> {
  for (const pool of scheduler.pools) for (const slot of pool.containers.all) yield { pool, slot };
}

function infoOf(pool: FunctionPool, slot: ContainerSlot, epoch: number): ContainerInfo {
  const { state } = slot;
  return {
    id: slot.runner.id,
    functionName: pool.fn.name,
    // What is gone is off the books before anybody can ask.
    state: state === 'gone' ? 'ending' : state,
    draining: slot.leaving || pool.containers.draining,
    startedAt: Math.round(epoch + slot.launchedAt),
    running: slot.runningCount,
  };
}
