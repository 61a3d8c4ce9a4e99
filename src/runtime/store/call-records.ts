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

/** A call that ended. */
export type SettledState = Exclude<StoredCallState, 'queued' | 'running'>;

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
  /** Encoded arguments; empty where they are in a blob. */
  readonly payload: Uint8Array;
  /** Digest of the blob that holds the arguments. */
  readonly payloadBlob?: string;
  readonly origin: CallOrigin;
  /** The call whose code made it. */
  readonly parent?: string;
  readonly idempotencyKey?: string;
  /** Milliseconds since 1970, as all times here. */
  readonly acceptedAt: number;
}

/** How a call ended: an encoded value, or an encoded error. */
export interface StoredOutcome {
  readonly state: SettledState;
  /** Empty where it is in a blob. */
  readonly payload: Uint8Array;
  readonly payloadBlob?: string;
  readonly settledAt: number;
  /** When its first attempt began; absent where none did. */
  readonly startedAt?: number;
  /** Attempts that began. Default 0. */
  readonly attempts?: number;
}

/** A call that was accepted: its own id, or that of the call which was there already. */
export interface AcceptedCall {
  readonly id: string;
  /** False where the key, or the very id, was there: nothing was written. */
  readonly isNew: boolean;
}

/** What one function has waiting and running. */
export interface UnsettledCount {
  readonly environment: string;
  readonly app: string;
  readonly functionName: string;
  readonly count: number;
}

/** What may be said of a call without its payloads. */
export interface CallSummary
  extends Omit<CallRecord, 'payload' | 'payloadBlob' | 'parameters' | 'overrides'> {
  /** `queued` until it settled: whether it runs by now is the scheduler's to know. */
  readonly state: StoredCallState;
  readonly startedAt?: number;
  readonly settledAt?: number;
  /** Attempts begun, once it settled. */
  readonly attempts: number;
}

export interface CallFilter {
  readonly environment: string;
  readonly app?: string;
  readonly functionName?: string;
  /** `queued` and `running` are one here: not settled. */
  readonly states?: readonly StoredCallState[];
  readonly parent?: string;
  /** Accepted before this call, for the next page. */
  readonly before?: string;
  /** At most 1 000. */
  readonly limit: number;
}

export interface UnsettledFilter {
  readonly environment?: string;
  readonly app?: string;
  readonly functionName?: string;
  /** The id of the last call of the page before. */
  readonly after?: string;
  readonly limit: number;
}

export interface CallRecords {
  /**
   * Accepts a call. Where its function has one of the same idempotency key already, or the id is there, nothing is
   * written and that call is given back.
   */
  accept(call: CallRecord): Promise<AcceptedCall>;
  /** Several calls in one transaction, in order; each as by `accept`. */
  acceptAll(calls: readonly CallRecord[]): Promise<readonly AcceptedCall[]>;
  /** Settles calls. Gives back the ids of those that it settled: the rest had settled, or are not there. */
  settle(outcomes: readonly (StoredOutcome & { readonly id: string })[]): Promise<readonly string[]>;
  get(id: string): Promise<CallSummary | undefined>;
  /** `undefined` too where it was forgotten. */
  outcome(id: string): Promise<StoredOutcome | undefined>;
  /** Newest first. */
  list(filter: CallFilter): Promise<readonly CallSummary[]>;
  /** Calls that have not settled, oldest first, a page at a time: for a start after a crash. */
  unsettled(filter: UnsettledFilter): Promise<readonly CallRecord[]>;
  /** How many calls of each function have not settled; functions without any are left out. */
  unsettledCounts(): Promise<readonly UnsettledCount[]>;
  /** How many calls of a function have not settled; of a whole app or environment without one. */
  backlog(environment: string, app?: string, functionName?: string): Promise<number>;
  /** Digests of all blobs that calls name. */
  blobs(): Promise<ReadonlySet<string>>;
  /** Forgets what calls that settled before `at` gave back, and keeps that they were. Returns of how many. */
  forgetOutcomesBefore(at: number): Promise<number>;
  /** Forgets calls that settled before `at`. Returns how many. */
  forgetSettledBefore(at: number): Promise<number>;
}
