/**
 * Fires the schedules of deployed apps: one timer for all of them. When each fires is next-firing.ts.
 *
 * A firing is a durable call, noted in one step with it, so a server that is killed neither loses one nor fires twice. An app
 * that is deployed and cannot be started right now keeps its calls waiting.
 *
 * Invariants
 * - the timer never waits for longer than a minute, and what the date is is asked anew each time: the clock may be set
 * - a schedule that cannot be read, or a store that fails, holds up no other
 */
import { encodeValue } from '../../protocol/value-codec.ts';
import type { Cancel, Clock } from '../../shared/clock.ts';
import { newId } from '../../shared/ids.ts';
import type { CallRecord, CallRecords } from '../store/call-records.ts';
import type { ScheduleRecord } from '../store/schedule-records.ts';
import { firingAt, lastDueUntil, nextFiringAt } from './next-firing.ts';
import { scheduleNotFound } from './schedule-errors.ts';
import {
  rememberScheduled,
  type ScheduledFunction,
  type ScheduleStore,
  scheduledFunctions,
} from './scheduled-functions.ts';

/** The longest wait: a clock that is set is noticed within it. */
const MAX_WAIT_MS = 60_000;
/** The wait after something failed. */
const RETRY_MS = 5_000;

export interface SchedulesOptions {
  readonly store: ScheduleStore & { readonly calls: CallRecords };
  /** Measures waits. */
  readonly clock: Clock;
  /** The date: milliseconds since 1970. */
  readonly date: () => number;
  /** Takes a call that is kept already, and has it run. */
  submit(call: CallRecord): void;
  /** Something failed; it is tried again. */
  onTrouble(error: unknown): void;
}

/** A schedule as lists show it. */
export interface ScheduleView extends ScheduledFunction {
  readonly paused: boolean;
  /** Undefined where it is paused, or never fires again. */
  readonly nextAt: number | undefined;
  readonly lastDueAt: number | undefined;
  readonly lastCallId: string | undefined;
}

/** A schedule as it is watched. */
interface Watched {
  readonly scheduled: ScheduledFunction;
  record: ScheduleRecord;
  /** Nothing is due before: found out when it was looked at last. */
  restsUntil: number;
}

/** Names a schedule: a function of an app. */
export type ScheduleName = Pick<ScheduledFunction, 'environment' | 'app' | 'functionName'>;

/** The schedules of a server. */
export class Schedules implements AsyncDisposable {
  readonly #options: SchedulesOptions;
  #watched: readonly Watched[] = [];
  #cancelTimer: Cancel | undefined;
  /** What is done one after the other: looks at what is due, and changes. */
  #turn: Promise<unknown> = Promise.resolve();
  /** The date when schedules were looked at last: one before it, and the clock was put back. */
  #lookedAt = 0;
  #closed = false;

  constructor(options: SchedulesOptions) {
    this.#options = options;
  }

  /** Reads which functions are scheduled, anew: at the start, and after an app was deployed or stopped. */
  refresh(): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#closed) return;
      await this.#watch();
      await this.#fireDue();
    });
  }

  /** The schedules of an environment, by app and function. */
  async list(environment: string): Promise<readonly ScheduleView[]> {
    const { deployments, schedules } = this.#options.store;
    const scheduled = await scheduledFunctions(deployments, environment);
    const views = scheduled.map(async (each) => {
      const record = await schedules.get(environment, each.app, each.functionName);
      return this.#view(each, record);
    });
    return (await Promise.all(views)).sort((a, b) =>
      `${a.app}/${a.functionName}` < `${b.app}/${b.functionName}` ? -1 : 1,
    );
  }

  /** Calls the function now, whatever its schedule says, and leaves the schedule as it is. The id of the call. */
  async run(name: ScheduleName): Promise<string> {
    await this.#find(name);
    const call = this.#call(name);
    await this.#options.store.calls.accept(call);
    this.#options.submit(call);
    return call.id;
  }

  /** Fires no more until `resume`. Throws SCHEDULE_NOT_FOUND. */
  pause(name: ScheduleName): Promise<ScheduleView> {
    return this.#setPaused(name, true);
  }

  /** Fires again. What fell due meanwhile is not made up for. Throws SCHEDULE_NOT_FOUND. */
  resume(name: ScheduleName): Promise<ScheduleView> {
    return this.#setPaused(name, false);
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#cancelTimer?.();
    await this.#turn;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #setPaused(name: ScheduleName, paused: boolean): Promise<ScheduleView> {
    const scheduled = await this.#find(name);
    const { environment, app, functionName } = name;
    const { schedules } = this.#options.store;
    await this.#inTurn(async () => {
      await schedules.ensure({ ...name, since: scheduled.deployedAt });
      const record = await schedules.get(environment, app, functionName);
      if (record === undefined) throw scheduleNotFound(name);
      const now = this.#options.date();
      const dueAt = lastDueUntil(scheduled.schedule, record, now);
      if (record.paused && !paused && dueAt !== undefined)
        await schedules.fire(name, { dueAt, after: record.lastDueAt });
      await schedules.setPaused(environment, app, functionName, paused);
      await this.#watch();
      await this.#fireDue();
    });
    return this.#view(scheduled, await schedules.get(environment, app, functionName));
  }

  async #find(name: ScheduleName): Promise<ScheduledFunction> {
    const scheduled = await scheduledFunctions(this.#options.store.deployments, name.environment);
    const found = scheduled.find((each) => each.app === name.app && each.functionName === name.functionName);
    if (found === undefined) throw scheduleNotFound(name, scheduled);
    return found;
  }

  #view(scheduled: ScheduledFunction, record: ScheduleRecord | undefined): ScheduleView {
    const remembered = record ?? { since: scheduled.deployedAt, paused: false };
    const { paused, lastDueAt, lastCallId } = { ...remembered } as Partial<ScheduleRecord>;
    const nextAt = paused ? undefined : nextFiringAt(scheduled.schedule, remembered, this.#options.date());
    return { ...scheduled, paused: paused ?? false, nextAt, lastDueAt, lastCallId };
  }

  async #watch(): Promise<void> {
    const remembered = await rememberScheduled(this.#options.store, this.#options.date());
    this.#watched = remembered.map((each) => ({ ...each, restsUntil: 0 }));
  }

  /** Looks at all schedules, fires what is due, and sets the timer for what comes next. */
  async #fireDue(): Promise<void> {
    this.#cancelTimer?.();
    if (this.#closed || this.#watched.length === 0) return;
    const now = this.#options.date();
    const isPutBack = now < this.#lookedAt;
    this.#lookedAt = now;
    const due = this.#watched.filter(({ restsUntil }) => isPutBack || restsUntil <= now);
    await Promise.all(due.map((watched) => this.#look(watched, now)));
    if (this.#closed) return;
    const next = this.#watched.reduce(
      (first, { restsUntil }) => Math.min(first, restsUntil),
      Number.POSITIVE_INFINITY,
    );
    const waitMs = Math.min(MAX_WAIT_MS, Math.max(0, next - this.#options.date()));
    this.#cancelTimer = this.#options.clock.after(waitMs, () => void this.#inTurn(() => this.#fireDue()));
  }

  /** Fires a schedule where it is due, and notes until when it rests. */
  async #look(watched: Watched, now: number): Promise<void> {
    const { scheduled, record } = watched;
    watched.restsUntil = Number.POSITIVE_INFINITY;
    if (record.paused) return;
    try {
      const firing = firingAt(scheduled.schedule, record, now);
      if (firing.kind !== 'wait') {
        const isLeftOut = firing.kind === 'leave-out' || (await this.#overlaps(watched));
        await this.#note(watched, firing.dueAt, isLeftOut);
      }
      const nextAt = nextFiringAt(scheduled.schedule, watched.record, now);
      watched.restsUntil = nextAt ?? Number.POSITIVE_INFINITY;
    } catch (error) {
      this.#options.onTrouble(error);
      watched.restsUntil = now + RETRY_MS;
    }
  }

  async #note(watched: Watched, dueAt: number, isLeftOut: boolean): Promise<void> {
    const { environment, app, functionName } = watched.scheduled;
    const { schedules } = this.#options.store;
    const call = isLeftOut ? undefined : this.#call(watched.scheduled);
    const fired = await schedules.fire(watched.scheduled, { dueAt, after: watched.record.lastDueAt }, call);
    if (fired && call !== undefined) this.#options.submit(call);
    watched.record = (await schedules.get(environment, app, functionName)) ?? watched.record;
  }

  /** Whether the call of the firing before has not ended, and this one is to be left out for it. */
  async #overlaps({ scheduled, record: { lastCallId } }: Watched): Promise<boolean> {
    if (scheduled.schedule.overlap === 'allow' || lastCallId === undefined) return false;
    return (await this.#options.store.calls.get(lastCallId))?.state === 'queued';
  }

  #call({ environment, app, functionName }: ScheduleName): CallRecord {
    return {
      ...{ id: newId('fc'), environment, app, functionName, method: '', origin: 'schedule' },
      ...{ parameters: new Uint8Array(), overrides: new Uint8Array(), payload: encodeValue([], 'args') },
      acceptedAt: this.#options.date(),
    };
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => {});
    return done;
  }
}
