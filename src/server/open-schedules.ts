/**
 * Opens the schedules of a server: over its store, by the machine's clocks, firing durable calls.
 */
import type { DurableCalls } from '../runtime/calls/durable-calls.ts';
import { Schedules } from '../runtime/schedules/schedules.ts';
import type { Store } from '../runtime/store/store.ts';
import { systemClock } from '../shared/clock.ts';

export interface OpenSchedulesOptions {
  readonly store: Store;
  readonly calls: DurableCalls;
  /** Told of what failed and is tried again. */
  onDefect(error: unknown): void;
}

/** The schedules, watched from now on. */
export async function openSchedules({ store, calls, onDefect }: OpenSchedulesOptions): Promise<Schedules> {
  const schedules = new Schedules({
    ...{ store, clock: systemClock, date: Date.now, onTrouble: onDefect },
    submit: (call) => calls.submitRecorded(call),
  });
  await schedules.refresh();
  return schedules;
}
