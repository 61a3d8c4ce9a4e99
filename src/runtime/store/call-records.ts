/**
 * Port: calls that were accepted for good: they end in a result, whatever becomes of the process that took them.
 *
 * Invariants
 * - a call that was accepted is there until it settled and was kept for as long as results are
 * - it settles once: a second outcome changes nothing
 * - of one idempotency key there is one call in a function
 */

/** How a durable call stands. */
export const CALL_STATES = ['queued', 'running', 'succeeded', 'failed', 'cancelled', 'timed-out'] as const;
export type StoredCallState = (typeof CALL_STATES)[number];

/** What made it. */
export type CallOrigin = 'spawn' | 'schedule' | 'http';

export interface CallRecord {
  /** `fc-…` */
  readonly id: string;
  readonly environment: string;
  readonly app: string;
  readonly functionName: string;
  /** Of a class; empty for a function. */
  readonly method: string;
  /** Constructor arguments and changed options, as protocol/runner-messages.ts carries them. */
  readonly parameters: Uint8Array;
  readonly overrides: Uint8Array;
  /** Encoded arguments. */
  readonly payload: Uint8Array;
  readonly origin: CallOrigin;
  /** The call whose code made it. */
  readonly parent?: string;
  readonly idempotencyKey?: string;
  /** Milliseconds since 1970, as all times here. */
  readonly acceptedAt: number;
}

/** How a call ended: an encoded value, or an encoded error. */
export interface StoredOutcome {
  readonly state: Exclude<StoredCallState, 'queued' | 'running'>;
  readonly payload: Uint8Array;
  readonly settledAt: number;
}

/** What may be said of a call without its payloads. */
export interface CallSummary extends Omit<CallRecord, 'payload' | 'parameters' | 'overrides'> {
  readonly state: StoredCallState;
  readonly startedAt?: number;
  readonly settledAt?: number;
  /** Attempts begun so far. */
  readonly attempts: number;
}

export interface CallFilter {
  readonly environment: string;
  readonly app?: string;
  readonly functionName?: string;
  readonly states?: readonly StoredCallState[];
  readonly parent?: string;
  /** Accepted before this call, for the next page. */
  readonly before?: string;
  /** At most 1 000. */
  readonly limit: number;
}

export interface CallRecords {
  /**
   * Accepts a call. Where its function has one of the same idempotency key already, nothing is written and that one's
   * id is given back, else its own.
   */
  accept(call: CallRecord): Promise<string>;
  /** Several calls in one transaction, in order; each as by `accept`. */
  acceptAll(calls: readonly CallRecord[]): Promise<readonly string[]>;
  /** Notes that attempts began. Not waited for by anybody: a crash may lose it. */
  markStarted(ids: readonly string[], at: number): Promise<void>;
  /** Settles calls. Gives back the ids of those that it settled: the rest had settled, or are not there. */
  settle(outcomes: readonly (StoredOutcome & { readonly id: string })[]): Promise<readonly string[]>;
  get(id: string): Promise<CallSummary | undefined>;
  outcome(id: string): Promise<StoredOutcome | undefined>;
  /** Newest first. */
  list(filter: CallFilter): Promise<readonly CallSummary[]>;
  /** Calls that have not settled, oldest first, a page at a time after the id `after`: for a start after a crash. */
  unsettled(options: { readonly after?: string; readonly limit: number }): Promise<readonly CallRecord[]>;
  /** How many calls of a function have not settled; of a whole environment without one. */
  backlog(environment: string, app?: string, functionName?: string): Promise<number>;
  /** Forgets calls that settled before `at`. Returns how many. */
  forgetSettledBefore(at: number): Promise<number>;
}
