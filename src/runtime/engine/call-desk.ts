/**
 * Takes calls in for an app: gives them their ids, counts them, and finds them again by id.
 *
 * Calls of this process and calls that code in containers makes come in here alike, with encoded arguments.
 *
 * Invariants
 * - an id belongs to one call; a second one is refused
 * - what is kept of calls that are over is bounded, however many there were; of calls whose id nobody asked for, nothing
 */
import { BugError } from '../../shared/errors.ts';
import { newId } from '../../shared/ids.ts';
import { Call, type CallOutcome, type CallRequest } from '../scheduler/call.ts';
import type { FunctionPool } from '../scheduler/function-pool.ts';
import type { Scheduler } from '../scheduler/scheduler.ts';

/** Outcomes that can be found again by id: the last ones, and what they may weigh in bytes. */
export const KEPT_OUTCOMES = 10_000;
const KEPT_BYTES = 67_108_864;

const CALL_ID = /^fc-[0-9A-Za-z]{22}$/;

/** A call, and how it ended. */
export class DeskEntry {
  readonly call: Call;
  /** The one that holds it. */
  pool: FunctionPool;
  /** Undefined while it runs or waits. */
  outcome: CallOutcome | undefined;
  /** Somebody knows its id and may ask for it when it is over. */
  known = false;

  constructor(call: Call, pool: FunctionPool) {
    this.call = call;
    this.pool = pool;
  }
}

/** A call to take in; one without an id gets one. */
export type DeskRequest = Omit<CallRequest, 'id'> & {
  readonly id?: string;
  /** An earlier process of this server accepted it: it may run in a container that was taken back. */
  readonly resumed?: boolean;
  /** Somebody knows its id and may ask for it when it is over. */
  readonly known?: boolean;
};

/** Looks for calls in containers that were taken back. */
export interface CallFinder {
  /** Takes a call over that is there, or may turn out to be. False where it is in none: then it has to be begun. */
  take(entry: DeskEntry): boolean;
}

export class CallDesk {
  readonly #scheduler: Scheduler;
  readonly #entries = new Map<string, DeskEntry>();
  /** Ids of calls that are over, oldest first: a queue in a ring, as a Map is slow to give its oldest. */
  readonly #settled: (string | undefined)[] = [];
  #oldest = 0;
  #settledCount = 0;
  #settledBytes = 0;
  /** Calls that have not settled, and who waits until there are none. */
  #open = 0;
  #idle: PromiseWithResolvers<void> | undefined;
  #succeeded = 0;
  #failed = 0;

  readonly #finder: CallFinder | undefined;

  constructor(scheduler: Scheduler, finder?: CallFinder) {
    this.#scheduler = scheduler;
    this.#finder = finder;
  }

  /** Calls that ended so far. A cancelled one counts as neither. */
  get counts(): { succeeded: number; failed: number } {
    return { succeeded: this.#succeeded, failed: this.#failed };
  }

  /** Accepts a call. Throws a BugError where its id is taken, or is none. */
  accept(pool: FunctionPool, request: DeskRequest): DeskEntry {
    const id = request.id ?? newId('fc');
    if (request.id !== undefined) this.#checkId(id);
    const { method, payload, parent, stream, onSettled } = request;
    const call = new Call({
      id,
      method,
      payload,
      parent,
      stream,
      onSettled: (outcome) => {
        this.#settle(entry, outcome);
        return onSettled(outcome);
      },
    });
    const entry = new DeskEntry(call, pool);
    entry.known = request.known ?? false;
    this.#entries.set(id, entry);
    this.#open++;
    if (!request.resumed || !this.#finder?.take(entry)) this.#scheduler.submit(pool, call);
    return entry;
  }

  /** Resolves when no call runs or waits, or at the signal. */
  async whenIdle(signal?: AbortSignal): Promise<void> {
    if (this.#open === 0 || signal?.aborted) return;
    this.#idle ??= Promise.withResolvers();
    const stopped = Promise.withResolvers<void>();
    const stop = () => stopped.resolve();
    signal?.addEventListener('abort', stop, { once: true });
    await Promise.race([this.#idle.promise, stopped.promise]);
    signal?.removeEventListener('abort', stop);
  }

  find(id: string): DeskEntry | undefined {
    return this.#entries.get(id);
  }

  /** Somebody learns the id of a call: it can be found from now on, also when it is over. */
  makeKnown(entry: DeskEntry): void {
    if (entry.known) return;
    entry.known = true;
    if (entry.outcome !== undefined) this.#keep(entry, entry.outcome);
  }

  #checkId(id: string): void {
    if (!CALL_ID.test(id)) throw new BugError(`"${id}" is no id of a call`);
    if (this.find(id) !== undefined) throw new BugError(`there is a call ${id} already`);
  }

  #settle(entry: DeskEntry, outcome: CallOutcome): void {
    if (--this.#open === 0) {
      this.#idle?.resolve();
      this.#idle = undefined;
    }
    if (outcome.ok) this.#succeeded++;
    else if (outcome.failure.kind !== 'cancelled') this.#failed++;
    entry.outcome = outcome;
    if (entry.known) this.#keep(entry, outcome);
    else this.#entries.delete(entry.call.id);
  }

  #keep(entry: DeskEntry, outcome: CallOutcome): void {
    while (
      this.#settledCount > 0 &&
      (this.#settledCount === KEPT_OUTCOMES || this.#settledBytes > KEPT_BYTES)
    ) {
      this.#dropOldest();
    }
    const { id } = entry.call;
    this.#entries.set(id, entry);
    this.#settled[(this.#oldest + this.#settledCount++) % KEPT_OUTCOMES] = id;
    this.#settledBytes += bytesOf(outcome);
  }

  #dropOldest(): void {
    const id = this.#settled[this.#oldest] as string;
    this.#settled[this.#oldest] = undefined;
    this.#oldest = (this.#oldest + 1) % KEPT_OUTCOMES;
    this.#settledCount--;
    this.#settledBytes -= bytesOf(this.#entries.get(id)?.outcome);
    this.#entries.delete(id);
  }
}

function bytesOf(outcome: CallOutcome | undefined): number {
  if (outcome === undefined) return 0;
  if (outcome.ok) return outcome.bytes.length;
  return outcome.failure.kind === 'thrown' ? outcome.failure.bytes.length : 0;
}
