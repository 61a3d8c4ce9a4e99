/**
 * Takes calls in for an app: gives them their ids, counts them, and finds them again by id.
 *
 * Calls of this process and calls that code in containers makes come in here alike, with encoded arguments.
 *
 * Invariants
 * - an id belongs to one call; a second one is refused
 * - what is kept of calls that are over is bounded, however many there were
 */
import { BugError } from '../../shared/errors.ts';
import { newId } from '../../shared/ids.ts';
import type { Call, CallOutcome, CallRequest } from '../scheduler/call.ts';
import type { FunctionPool } from '../scheduler/function-pool.ts';
import type { Scheduler } from '../scheduler/scheduler.ts';

/** Outcomes that can be found again by id: the last ones, and what they may weigh in bytes. */
const KEPT_OUTCOMES = 10_000;
const KEPT_BYTES = 67_108_864;

const CALL_ID = /^fc-[0-9A-Za-z]{22}$/;

/** A call that is known by its id. */
export interface DeskEntry {
  readonly call: Call;
  readonly pool: FunctionPool;
  /** Undefined while it runs or waits. */
  outcome: CallOutcome | undefined;
}

export type DeskRequest = Omit<CallRequest, 'id'> & { readonly id?: string };

export class CallDesk {
  readonly #scheduler: Scheduler;
  readonly #live = new Map<string, DeskEntry>();
  readonly #settled = new Map<string, DeskEntry>();
  #settledBytes = 0;
  #succeeded = 0;
  #failed = 0;

  constructor(scheduler: Scheduler) {
    this.#scheduler = scheduler;
  }

  /** Calls that ended so far. A cancelled one counts as neither. */
  get counts(): { succeeded: number; failed: number } {
    return { succeeded: this.#succeeded, failed: this.#failed };
  }

  /** Accepts a call. Throws a BugError where its id is taken, or is none. */
  accept(pool: FunctionPool, request: DeskRequest): Call {
    const id = request.id ?? newId('fc');
    if (request.id !== undefined) this.#checkId(id);
    const { method, payload, parent, stream } = request;
    const entry: { -readonly [K in keyof DeskEntry]: DeskEntry[K] } = {
      pool,
      call: undefined as unknown as Call,
      outcome: undefined,
    };
    this.#live.set(id, entry);
    entry.call = this.#scheduler.submit(pool, {
      id,
      method,
      payload,
      ...(parent !== undefined && { parent }),
      ...(stream !== undefined && { stream }),
      onSettled: (outcome) => {
        this.#keep(id, entry, outcome);
        request.onSettled(outcome);
      },
    });
    return entry.call;
  }

  find(id: string): DeskEntry | undefined {
    return this.#live.get(id) ?? this.#settled.get(id);
  }

  cancel({ call, pool }: DeskEntry, terminateContainers = false): void {
    pool.cancel(call, terminateContainers);
  }

  #checkId(id: string): void {
    if (!CALL_ID.test(id)) throw new BugError(`"${id}" is no id of a call`);
    if (this.find(id) !== undefined) throw new BugError(`there is a call ${id} already`);
  }

  #keep(id: string, entry: DeskEntry, outcome: CallOutcome): void {
    if (outcome.ok) this.#succeeded++;
    else if (outcome.failure.kind !== 'cancelled') this.#failed++;
    entry.outcome = outcome;
    this.#live.delete(id);
    this.#settled.set(id, entry);
    this.#settledBytes += bytesOf(outcome);
    if (this.#settled.size <= KEPT_OUTCOMES && this.#settledBytes <= KEPT_BYTES) return;
    for (const [oldest, { outcome: dropped }] of this.#settled) {
      this.#settled.delete(oldest);
      this.#settledBytes -= bytesOf(dropped);
      if (this.#settled.size <= KEPT_OUTCOMES && this.#settledBytes <= KEPT_BYTES) return;
    }
  }
}

function bytesOf(outcome: CallOutcome | undefined): number {
  if (outcome === undefined) return 0;
  if (outcome.ok) return outcome.bytes.length;
  return outcome.failure.kind === 'thrown' ? outcome.failure.bytes.length : 0;
}
