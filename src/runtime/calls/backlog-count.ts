/**
 * Counts the calls of each function that have not settled, against the limit of how many there may be.
 *
 * Invariants
 * - a call counts from when it asks to be accepted until its outcome is kept
 */
import type { CallRecords } from '../store/call-records.ts';
import { backlogFull } from './call-errors.ts';
import type { LaneKey } from './call-lane.ts';

/** Calls of one function that wait or run: what Modal allows for spawned ones. */
export const DEFAULT_BACKLOG_LIMIT = 1_000_000;

export class BacklogCount {
  readonly #counts = new Map<string, number>();
  readonly #limit: number;

  private constructor(limit: number) {
    this.#limit = limit;
  }

  /** Counts what is there. */
  static async of(records: Pick<CallRecords, 'unsettledCounts'>, limit: number): Promise<BacklogCount> {
    const count = new BacklogCount(limit);
    for (const { count: calls, ...key } of await records.unsettledCounts()) {
      count.#counts.set(nameOf(key), calls);
    }
    return count;
  }

  /** Throws BACKLOG_FULL where there is no room for another. */
  add(key: LaneKey): void {
    const calls = this.of(key);
    if (calls >= this.#limit) throw backlogFull(key.functionName, this.#limit);
    this.#counts.set(nameOf(key), calls + 1);
  }

  /** A call that is there in any case. */
  addKept(key: LaneKey): void {
    this.#counts.set(nameOf(key), this.of(key) + 1);
  }

  remove(key: LaneKey): void {
    const left = this.of(key) - 1;
    if (left > 0) this.#counts.set(nameOf(key), left);
    else this.#counts.delete(nameOf(key));
  }

  of(key: LaneKey): number {
    return this.#counts.get(nameOf(key)) ?? 0;
  }

  /** Of all functions. */
  get total(): number {
    return [...this.#counts.values()].reduce((sum, calls) => sum + calls, 0);
  }
}

function nameOf({ environment, app, functionName }: LaneKey): string {
  return `${environment}\0${app}\0${functionName}`;
}
