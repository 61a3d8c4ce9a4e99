/**
 * Chooses among containers. Pure.
 */
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
