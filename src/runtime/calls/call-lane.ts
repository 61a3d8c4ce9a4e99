/**
 * The durable calls of one function on their way to its containers: in order, and only so many at a time that a long
 * queue stays in the store.
 *
 * Invariants
 * - calls are handed over in the order they were accepted in; one that was handed over is not handed over again while
 *   its outcome is awaited
 * - at most MAX_HANDED calls and about MAX_BYTES of arguments are in memory
 * - a call whose app ended under it is no outcome: it is handed over again when the app serves again
 */
import type { EncodedCalls, EncodedOutcome, OpenCall } from '../../protocol/invocation.ts';
import type { InvokeTarget } from '../../protocol/runner-messages.ts';
import { encodeThrown } from '../../protocol/value-codec.ts';
import type { CallRecord, CallRecords } from '../store/call-records.ts';

/** Handed over and not settled, of one function. */
export const MAX_HANDED = 2000;
const MAX_BYTES = 67_108_864;

/** Calls that are read from the store at a time. */
const PAGE = 500;

export interface LaneKey {
  readonly environment: string;
  readonly app: string;
  readonly functionName: string;
}

export interface LanePorts {
  readonly records: Pick<CallRecords, 'unsettled'>;
  /** The arguments of a call that was read from the store. */
  payloadOf(record: CallRecord): Promise<Uint8Array>;
  /** Resolves when the outcome is kept. */
  onOutcome(record: CallRecord, outcome: EncodedOutcome, call: OpenCall | undefined): Promise<void>;
  /** Reading the store failed; it is tried again when the next call comes or ends. */
  onDefect(error: unknown): void;
}

/** A call that the app has. */
interface Handed {
  readonly app: EncodedCalls;
  call: OpenCall | undefined;
  readonly bytes: number;
  /** Somebody asked for its end. */
  cancelled: boolean;
}

export class CallLane {
  readonly key: LaneKey;
  readonly #ports: LanePorts;
  readonly #handed = new Map<string, Handed>();
  #bytes = 0;
  #app: EncodedCalls | undefined;
  /** The store may hold calls that were not handed over. */
  #behind = true;
  /** Calls were accepted since the page that is being read was asked for. */
  #more = false;
  #reading = false;
  /** The last call that was handed over. */
  #after: string | undefined;
  /** Accepted before this process began, as far as calls are at or before this one. */
  #resuming = false;
  #resumed: PromiseWithResolvers<void> | undefined;
  /** Cancelled while a page that may hold them was being read. */
  readonly #dropped = new Set<string>();

  constructor(key: LaneKey, ports: LanePorts) {
    this.key = key;
    this.#ports = ports;
  }

  /** Nothing of it is in memory that would be missed. */
  get isIdle(): boolean {
    return this.#handed.size === 0 && !this.#reading;
  }

  /**
   * The app serves: everything that has not settled goes there. Resolves once as much was handed over as may be at a time.
   *
   * @param resumed whether calls may still be in containers that an earlier process began
   */
  open(app: EncodedCalls, resumed: boolean): Promise<void> {
    if (this.#app === app) return Promise.resolve();
    this.#app = app;
    this.#resuming = resumed;
    this.#resumed = Promise.withResolvers();
    this.#startOver();
    return this.#resumed.promise;
  }

  /** The app takes no more calls. What it has it may still finish; the others stay where they are kept. */
  close(): void {
    this.#app = undefined;
  }

  /** A call was accepted just now. */
  accepted(record: CallRecord, payload: Uint8Array): void {
    if (!this.#behind && this.#app !== undefined && this.#hasRoom) return void this.#hand(record, payload);
    this.#behind = true;
    this.#more = true;
    void this.#read();
  }

  /** The call in the app; undefined where it waits in the store. */
  find(id: string): OpenCall | undefined {
    return this.#handed.get(id)?.call;
  }

  /** Ends a call that the app has. False where it waits in the store: it is not handed over any more then. */
  cancel(id: string, terminateContainers: boolean): boolean {
    const handed = this.#handed.get(id);
    if (handed?.call === undefined) {
      if (this.#reading) this.#dropped.add(id);
      return false;
    }
    handed.cancelled = true;
    handed.call.cancel(terminateContainers);
    return true;
  }

  get #hasRoom(): boolean {
    return this.#handed.size < MAX_HANDED && this.#bytes < MAX_BYTES;
  }

  /** Hands over what the store holds, as far as there is room. */
  async #read(): Promise<void> {
    if (this.#reading) return;
    this.#reading = true;
    try {
      while (this.#behind && this.#app !== undefined && this.#hasRoom) await this.#readPage(this.#app);
    } catch (error) {
      this.#ports.onDefect(error);
    } finally {
      this.#reading = false;
      this.#dropped.clear();
      this.#resumed?.resolve();
    }
  }

  /** From the oldest call on; those that some app has are passed over. */
  #startOver(): void {
    this.#after = undefined;
    this.#behind = true;
    this.#more = true;
    void this.#read();
  }

  async #readPage(app: EncodedCalls): Promise<void> {
    this.#more = false;
    const after = this.#after;
    const page = await this.#ports.records.unsettled({
      ...this.key,
      ...(after !== undefined && { after }),
      limit: PAGE,
    });
    for (const record of page) {
      if (this.#app !== app || !this.#hasRoom) return;
      if (this.#handed.has(record.id)) {
        this.#after = record.id;
        continue;
      }
      const payload = await this.#ports.payloadOf(record).catch((error: unknown) => ({ error }));
      if (this.#app !== app) return;
      this.#after = record.id;
      if (this.#dropped.has(record.id)) continue;
      if (payload instanceof Uint8Array) this.#hand(record, payload);
      else await this.#ports.onOutcome(record, failed(payload.error), undefined);
    }
    if (page.length < PAGE && !this.#more) {
      this.#behind = false;
      this.#resuming = false;
    }
  }

  #hand(record: CallRecord, payload: Uint8Array): void {
    const { id, parent } = record;
    const app = this.#app as EncodedCalls;
    const handed: Handed = { app, call: undefined, bytes: payload.length, cancelled: false };
    this.#handed.set(id, handed);
    this.#bytes += handed.bytes;
    this.#after = id;
    const onSettled = (outcome: EncodedOutcome) => this.#settled(record, handed, outcome);
    const resumed = this.#resuming;
    try {
      handed.call = app.submit({ id, target: targetOf(record), payload, parent, resumed, onSettled });
    } catch (error) {
      void onSettled(failed(error));
    }
  }

  async #settled(record: CallRecord, handed: Handed, outcome: EncodedOutcome): Promise<void> {
    const taken = outcome.state === 'cancelled' && !handed.cancelled;
    if (!taken) await this.#ports.onOutcome(record, outcome, handed.call);
    this.#handed.delete(record.id);
    this.#bytes -= handed.bytes;
    if (taken) {
      // The app ends: what it had goes to the one that comes after it.
      if (this.#app === handed.app) this.#app = undefined;
      this.#startOver();
    } else if (this.#behind && this.#handed.size <= MAX_HANDED / 2) {
      void this.#read();
    }
  }
}

function failed(error: unknown): EncodedOutcome {
  return { state: 'failed', payload: Uint8Array.from(encodeThrown(error)) };
}

function targetOf({ app, functionName, method, parameters, overrides }: CallRecord): InvokeTarget {
  return {
    app,
    function: functionName,
    ...(method !== '' && { method }),
    ...(parameters.length > 0 && { parameters }),
    ...(overrides.length > 0 && { overrides }),
  };
}
