/**
 * What happens when calls run out of time: whom it is blamed on, and when their container is ended.
 *
 * A call that has its container to itself is ended with it, at once. Where others share the container, the code is
 * asked to stop first, and the container is asked for a sign of life. If it gives one, exactly the overdue calls have
 * timed out; code that then goes on for longer than the grace ends the container, and the others run again elsewhere.
 * If it gives none, one call blocks all: a single overdue call is that one; of several nobody can say which, and each
 * runs again alone.
 */
import type { Clock } from '../../shared/clock.ts';
import type { Call } from './call.ts';
import type { ContainerSlot, EndReason } from './container-slot.ts';

/** How long overdue code may go on after it was asked to stop, and a container may be silent, in ms. */
export const OVERDUE_GRACE_MS = 2000;

interface OverdueActions {
  end(slot: ContainerSlot, reason: EndReason): void;
  timedOut(call: Call): void;
}

export class OverdueCalls {
  readonly #clock: Clock;
  readonly #actions: OverdueActions;

  constructor(clock: Clock, actions: OverdueActions) {
    this.#clock = clock;
    this.#actions = actions;
  }

  /** These calls of a container are overdue. */
  add(slot: ContainerSlot, calls: readonly Call[]): void {
    if (slot.runs === 1) return void this.#actions.end(slot, 'timeout');
    for (const call of calls) slot.runner.cancel(call.number);
    slot.alive = false;
    slot.runner.ping();
    this.#clock.after(OVERDUE_GRACE_MS, () => this.#graceOver(slot));
  }

  /** A container gave a sign of life: its overdue calls do not block it. */
  alive(slot: ContainerSlot): void {
    slot.alive = true;
    for (const call of [...slot.running]) {
      if (!call.expired || call.settled) continue;
      slot.disown(call);
      this.#actions.timedOut(call);
    }
  }

  #graceOver(slot: ContainerSlot): void {
    if (slot.state !== 'ready' && slot.state !== 'stopping') return;
    const overdue = [...slot.running].filter((call) => call.expired);
    if (overdue.length === 0) return;
    const runs = new Set(overdue.map((call) => call.batch ?? call));
    this.#actions.end(slot, slot.alive || runs.size === 1 ? 'timeout' : 'blocked');
  }
}
