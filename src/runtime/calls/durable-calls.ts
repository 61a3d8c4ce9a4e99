/**
 * Calls that are accepted for good: kept before they are acknowledged, run at least once, and settled exactly once.
 *
 * It keeps and hands over; what runs a call is the engine's, and how one function's calls queue is call-lane.ts.
 *
 * Invariants
 * - an id that was given back is that of a call that is kept
 * - an outcome is told to nobody before it is kept
 * - what is in memory is bounded, however many calls wait
 */
import type {
  CallProgress,
  EncodedCalls,
  EncodedOutcome,
  OpenCall,
  SpawnedCall,
} from '../../protocol/invocation.ts';
import { encodeThrown } from '../../protocol/value-codec.ts';
import { CallCancelledError } from '../../sdk/errors.ts';
import { BugError } from '../../shared/errors.ts';
import type {
  CallFilter,
  CallOrigin,
  CallRecord,
  CallRecords,
  CallSummary,
  StoredOutcome,
} from '../store/call-records.ts';
import { BacklogCount, DEFAULT_BACKLOG_LIMIT } from './backlog-count.ts';
import { noSuchCall, outputExpired } from './call-errors.ts';
import type { LaneKey } from './call-lane.ts';
import { CallLanes } from './call-lanes.ts';
import { type OutcomeListener, OutcomeListeners } from './outcome-listeners.ts';
import { OutcomeWriter } from './outcome-writer.ts';
import { loadedPayload, type PayloadFiles, storedPayload } from './payload-files.ts';
import { keepForgetting } from './result-retention.ts';

/** How long results are kept, in days. */
export const DEFAULT_RESULTS_DAYS = 7;

const CALL_ID = /^fc-[0-9A-Za-z]{22}$/;
const NOTHING = new Uint8Array();

export interface DurableCallsOptions {
  readonly records: CallRecords;
  /** For payloads that are too long for a record. Without, all are in their records. */
  readonly files?: PayloadFiles | undefined;
  /** Unsettled calls of one function that are kept at most. */
  readonly backlogLimit?: number | undefined;
  /** How long results are kept, in days. Default 7. */
  readonly resultsDays?: number | undefined;
  onDefect(error: unknown): void;
}

/** A call as lists show it. */
export interface CallView extends CallSummary {
  /** Why it waits, as a person says it. */
  readonly waitingFor?: string;
}

export class DurableCalls implements AsyncDisposable {
  readonly #options: DurableCallsOptions;
  readonly #records: CallRecords;
  readonly #writer: OutcomeWriter;
  readonly #backlog: BacklogCount;
  readonly #lanes: CallLanes;
  readonly #listeners = new OutcomeListeners();
  readonly #forgetting: Disposable;

  private constructor(options: DurableCallsOptions, backlog: BacklogCount) {
    this.#options = options;
    this.#records = options.records;
    this.#backlog = backlog;
    const { records, resultsDays = DEFAULT_RESULTS_DAYS, onDefect } = options;
    this.#writer = new OutcomeWriter(records, onDefect);
    this.#lanes = new CallLanes({
      records,
      payloadOf: (record) => loadedPayload(record, options.files),
      onOutcome: async (record, outcome, call) => void (await this.#keep(record, outcome, call)),
      onDefect,
    });
    this.#forgetting = keepForgetting(records, resultsDays, onDefect);
  }

  static async open(options: DurableCallsOptions): Promise<DurableCalls> {
    const { records, backlogLimit = DEFAULT_BACKLOG_LIMIT } = options;
    return new DurableCalls(options, await BacklogCount.of(records, backlogLimit));
  }

  /** Calls that have not settled. */
  get unsettled(): number {
    return this.#backlog.total;
  }

  /**
   * Keeps a call, then hands it over. Gives its id; that of the first one, where its key was used before.
   *
   * @throws RefusedError BACKLOG_FULL
   */
  async spawn(environment: string, call: SpawnedCall, origin: CallOrigin = 'spawn'): Promise<string> {
    const { id, target, payload, parent, idempotencyKey } = call;
    if (!CALL_ID.test(id)) throw new BugError(`"${id}" is no id of a call`);
    const key = { environment, app: target.app, functionName: target.function };
    this.#backlog.add(key);
    let isKept = false;
    try {
      const record: CallRecord = {
        ...{ id, ...key, origin },
        method: target.method ?? '',
        parameters: target.parameters ?? NOTHING,
        overrides: target.overrides ?? NOTHING,
        ...(await storedPayload(payload, this.#options.files)),
        ...(parent !== undefined && { parent }),
        ...(idempotencyKey !== undefined && { idempotencyKey }),
        acceptedAt: Date.now(),
      };
      const accepted = await this.#records.accept(record);
      isKept = accepted.isNew;
      if (isKept) this.#lanes.of(key).accepted(record, payload);
      return accepted.id;
    } finally {
      if (!isKept) this.#backlog.remove(key);
    }
  }

  /** Hands over a call that the store has accepted by other ways. */
  submitRecorded(record: CallRecord): void {
    this.#backlog.addKept(record);
    void loadedPayload(record, this.#options.files).then(
      (payload) => this.#lanes.of(record).accepted(record, payload),
      this.#options.onDefect,
    );
  }

  /**
   * An app serves: its calls go there from now on, those that waited too. Resolves once as many were handed over as may
   * be at a time. The first time, calls may still be in containers that an earlier process began.
   */
  async resume(environment: string, app: string, calls: EncodedCalls): Promise<void> {
    for (const key of await this.#records.unsettledCounts()) {
      if (key.environment === environment && key.app === app) this.#lanes.of(key);
    }
    await this.#lanes.serve(environment, app, calls);
  }

  /** An app serves no more. Its calls wait. */
  pause(environment: string, app: string): void {
    this.#lanes.pause(environment, app);
  }

  /** Ends every call of an app that has not settled. */
  async cancelAll(environment: string, app: string): Promise<void> {
    for (let after: string | undefined; ; ) {
      const page = await this.#records.unsettled({
        ...{ environment, app, limit: 500 },
        ...(after !== undefined && { after }),
      });
      await Promise.all(page.map(({ id }) => this.cancel(environment, id)));
      after = page.at(-1)?.id;
      if (after === undefined) return;
    }
  }

  /** The call of an id. Rejects with CALL_NOT_FOUND. */
  async get(environment: string, id: string): Promise<CallView> {
    const summary = await this.#records.get(id);
    if (summary?.environment !== environment) throw noSuchCall(id);
    return this.#view(summary);
  }

  /** Newest first. */
  async list(filter: CallFilter): Promise<readonly CallView[]> {
    return (await this.#records.list(filter)).map((summary) => this.#view(summary));
  }

  /** How a call ended; undefined where it has not. Rejects with CALL_NOT_FOUND and OUTPUT_EXPIRED. */
  async outcome(environment: string, id: string): Promise<EncodedOutcome | undefined> {
    const stored = await this.#records.outcome(id);
    const summary = await this.#records.get(id);
    if (summary?.environment !== environment) throw noSuchCall(id);
    if (stored !== undefined) return this.#loaded(stored);
    if (!isSettled(summary)) return undefined;
    // It may have settled between the two questions.
    const late = await this.#records.outcome(id);
    if (late !== undefined) return this.#loaded(late);
    throw outputExpired(id, this.#options.resultsDays ?? DEFAULT_RESULTS_DAYS);
  }

  /** The call of an id, whose outcome is told once. Rejects like {@link outcome}. */
  async find(environment: string, id: string, onSettled: OutcomeListener): Promise<OpenCall> {
    let told = false;
    const listener = (outcome: EncodedOutcome) => {
      if (!told) onSettled(outcome);
      told = true;
    };
    const takeBack = this.#listeners.add(id, listener);
    try {
      const outcome = await this.outcome(environment, id);
      if (outcome !== undefined) {
        takeBack();
        listener(outcome);
      }
    } catch (error) {
      takeBack();
      throw error;
    }
    return {
      cancel: (terminate) => void this.cancel(environment, id, terminate).catch(this.#options.onDefect),
      credit: () => {},
      awaited: (is) => {
        this.#lanes.find(id)?.awaited(is);
        if (!is) takeBack();
      },
      progress: () => this.#lanes.find(id)?.progress() ?? QUEUED,
    };
  }

  /** Asks for the end of a call. False where it has a result. Rejects with CALL_NOT_FOUND. */
  async cancel(environment: string, id: string, terminateContainers = false): Promise<boolean> {
    const summary = await this.#records.get(id);
    if (summary?.environment !== environment) throw noSuchCall(id);
    if (isSettled(summary)) return false;
    const lane = this.#lanes.of(summary);
    if (lane.cancel(id, terminateContainers)) return true;
    const payload = Uint8Array.from(encodeThrown(new CallCancelledError(id)));
    const isFirst = await this.#keep(summary, { state: 'cancelled', payload }, undefined);
    // Handed over while the outcome was on its way to the disk.
    lane.cancel(id, terminateContainers);
    return isFirst;
  }

  /** Keeps the outcomes that are there, and takes no more. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#forgetting[Symbol.dispose]();
    this.#lanes.pauseAll();
    await this.#writer.close();
  }

  async #keep(
    call: Pick<CallRecord, 'id'> & LaneKey,
    { state, payload }: EncodedOutcome,
    open: OpenCall | undefined,
  ): Promise<boolean> {
    const { attempts, startedAt } = open?.progress() ?? QUEUED;
    const isFirst = await this.#writer.settle({
      ...{ id: call.id, state, settledAt: Date.now(), attempts },
      ...(await storedPayload(payload, this.#options.files)),
      ...(startedAt !== undefined && { startedAt: Math.round(startedAt) }),
    });
    if (!isFirst) return false;
    this.#backlog.remove(call);
    this.#listeners.tell(call.id, { state, payload });
    return true;
  }

  async #loaded(stored: StoredOutcome): Promise<EncodedOutcome> {
    return { state: stored.state, payload: await loadedPayload(stored, this.#options.files) };
  }

  #view(summary: CallSummary): CallView {
    if (isSettled(summary)) return summary;
    const progress = this.#lanes.find(summary.id)?.progress();
    if (progress === undefined) return summary;
    const { state, attempts, startedAt, waitingFor } = progress;
    return {
      ...{ ...summary, state, attempts },
      ...(startedAt !== undefined && { startedAt: Math.round(startedAt) }),
      ...(waitingFor !== undefined && { waitingFor }),
    };
  }
}

const QUEUED: CallProgress = { state: 'queued', attempts: 0, startedAt: undefined, waitingFor: undefined };

function isSettled({ state }: CallSummary): boolean {
  return state !== 'queued' && state !== 'running';
}
