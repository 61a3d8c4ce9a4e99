/**
 * Chooses and counts among the containers of a pool. Pure.
 */
import type { FunctionManifest } from '../../protocol/manifest.ts';
import type { ContainerSlot } from './container-slot.ts';
import type { NoRoom } from './host-budget.ts';

/** The one that ends first where room is needed: it rests, for the longest time, and its end helps. */
export function spareContainer(slots: Iterable<ContainerSlot>, obstacle: NoRoom): ContainerSlot | undefined {
  const resting = [...slots].filter((slot) => slot.idle || slot.state === 'frozen');
  // A frozen one holds no CPU.
  const useful = resting.filter((slot) => obstacle === 'memory' || slot.state !== 'frozen');
  const [longest] = useful.sort(
    (a, b) => Number(b.state === 'frozen') - Number(a.state === 'frozen') || a.idleSince - b.idleSince,
  );
  return longest;
}

/** Whether it may take a call beside those that it has, where up to `depth` are handed over at a time. */
export function canTake(
  slot: ContainerSlot,
  depth: number,
  { singleUseContainers }: Pick<FunctionManifest, 'singleUseContainers'>,
): boolean {
  const isFree = slot.state === 'ready' && slot.load < depth && !slot.reserved && !slot.leaving;
  return isFree && !(singleUseContainers && slot.served > 0);
}

/** The one with the fewest calls. */
export function leastLoaded(
  slots: Iterable<ContainerSlot>,
  hasRoom: (slot: ContainerSlot) => boolean,
): ContainerSlot | undefined {
  let best: ContainerSlot | undefined;
  for (const slot of slots) {
    if (!hasRoom(slot)) continue;
    if (slot.load === 0) return slot;
    if (best === undefined || slot.load < best.load) best = slot;
  }
  return best;
}

/** Calls in those that take no further one. */
export function leavingCalls(slots: Iterable<ContainerSlot>): number {
  let calls = 0;
  for (const slot of slots) if (slot.leaving) calls += slot.calls.length;
  return calls;
}
