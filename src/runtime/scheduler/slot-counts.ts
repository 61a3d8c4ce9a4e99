/**
 * Counts the containers of a pool by how they stand, so that nobody has to walk through them for each call.
 *
 * Invariants
 * - one that leaves serves what it holds, and counts for nothing else
 */
import type { ContainerSlot } from './container-slot.ts';

export class SlotCounts {
  starting = 0;
  ready = 0;
  /** Halted, to be served from again. */
  frozen = 0;

  /** Counts a container as it stands now, or takes it out of the count. */
  count(slot: ContainerSlot, by: 1 | -1): void {
    if (slot.leaving) return;
    if (slot.state === 'starting') this.starting += by;
    else if (slot.state === 'ready') this.ready += by;
    else if (slot.state === 'frozen') this.frozen += by;
  }
}
