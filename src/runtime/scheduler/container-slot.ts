/**
 * One container as its pool sees it: its state, and the calls it holds in order.
 *
 * It keeps the clock of the running calls: the deadline is enforced here, from outside, so that code which
 * blocks its event loop cannot escape it.
 *
 * Invariants
 * - calls run in the order they were handed over, `concurrency` at a time (a batch counts as one); those behind
 *   them have not begun
 * - a state that SLOT_NEXT does not allow is a bug and throws
 * - one timer per container, however many calls pass through
 */
import type { Cancel, Clock } from '../../shared/clock.ts';
import { BugError } from '../../shared/errors.ts';
import { Call } from './call.ts';
import { overdueAmong } from './overdue.ts';
import type { CallPlace, HeldCalls, Runner } from './ports.ts';

export type SlotState =
  /** Begins: its runner is not ready. */
  | 'starting'
  /** Takes calls. */
  | 'ready'
  /** Halted while nobody needs it; its memory is kept, its CPU is not. */
  | 'frozen'
  /** Takes no more calls, and ends in order. */
  | 'stopping'
  /** Was told to end at once. */
  | 'ending'
  | 'gone';

/** Which states may follow. */
export const SLOT_NEXT: Readonly<Record<SlotState, readonly SlotState[]>> = {
  starting: ['ready', 'ending', 'gone'],
  ready: ['frozen', 'stopping', 'ending', 'gone'],
  frozen: ['ready', 'ending', 'gone'],
  stopping: ['ending', 'gone'],
  ending: ['gone'],
  gone: [],
};

/** Why a pool ended a container. */
export type EndReason =
  | 'timeout'
  | 'blocked'
  | 'cancel'
  | 'idle'
  | 'close'
  | 'startup-timeout'
  /** Another version of the app takes its place. */
  | 'replaced'
  /** Somebody asked for it. */
  | 'stopped';

export interface SlotLimits {
  /** Calls or batches that run at a time. */
  readonly concurrency: number;
  readonly timeoutMs: number;
}

export class ContainerSlot {
  /** Set by the pool once launched. */
  runner!: Runner;
  /** Why the pool ended it, where it did; then its end blames no call. */
  endedFor: EndReason | undefined;
  readonly launchedAt: number;
  /** When it last became idle. */
  idleSince: number;
  /** Whether it gave a sign of life since it was last asked for one. */
  alive = true;
  /** Calls it was ever handed. */
  served = 0;
  /** Takes no further call while the one that it runs does: see Call.alone. */
  reserved = false;
  /** Takes no further call, and ends when those that it holds are done. */
  leaving = false;
  /** An earlier process started it. */
  adopted = false;
  /** Set while it may become idle for too long, or take too long to start. */
  idleTimer: Cancel | undefined;
  startupTimer: Cancel | undefined;
  readonly #clock: Clock;
  readonly #limits: SlotLimits;
  readonly #onOverdue: (slot: ContainerSlot, calls: readonly Call[]) => void;
  #state: SlotState = 'starting';
  /** In the order they began. */
  readonly #running = new Map<number, Call>();
  #ahead: Call[] = [];
  /** Runs: calls, or batches. */
  #runs = 0;
  #timer: Cancel | undefined;
  #nextNumber = 1;

  constructor(
    clock: Clock,
    limits: SlotLimits,
    onOverdue: (slot: ContainerSlot, calls: readonly Call[]) => void,
  ) {
    this.#clock = clock;
    this.#limits = limits;
    this.#onOverdue = onOverdue;
    this.launchedAt = clock.now();
    this.idleSince = this.launchedAt;
  }

  get state(): SlotState {
    return this.#state;
  }

  /** Calls or batches that it holds, those that have not begun included. */
  get load(): number {
    return this.#runs + this.#ahead.length;
  }

  get idle(): boolean {
    return this.#state === 'ready' && this.#running.size === 0;
  }

  /** Calls that run, those that were cancelled and have not answered included. */
  get running(): Iterable<Call> {
    return this.#running.values();
  }

  /** All it was handed and has not answered. */
  get calls(): readonly Call[] {
    return [...this.#running.values(), ...this.#ahead];
  }

  /** Whether others that are not settled run as one with a call. */
  sharesRun({ batch }: Call): boolean {
    if (batch === undefined) return false;
    for (const other of this.#running.values()) if (other.batch === batch && !other.settled) return true;
    return false;
  }

  get runningCount(): number {
    return this.#running.size;
  }

  /** Runs at a time; more than one where calls share it. */
  get runs(): number {
    return this.#runs;
  }

  to(state: SlotState): void {
    if (!SLOT_NEXT[this.#state].includes(state)) {
      throw new BugError(`a container cannot go from ${this.#state} to ${state}`);
    }
    this.#state = state;
  }

  /** Whether it is one of those that run here. */
  holds(call: Call): boolean {
    return this.#running.get(call.number) === call;
  }

  /** Hands it a call. */
  dispatch(call: Call): void {
    this.served++;
    const first = this.#runs < this.#limits.concurrency;
    call.dispatched(this, this.#nextNumber++, first);
    if (first) this.#run(call);
    else this.#ahead.push(call);
    this.runner.submit(call);
  }

  /** Hands it calls that run as one; there must be room for it. */
  dispatchBatch(calls: readonly Call[]): void {
    const batch = { left: calls.length };
    for (const call of calls) {
      this.served++;
      call.dispatched(this, this.#nextNumber++, true);
      call.batch = batch;
      call.startedAt = this.#clock.now();
      this.#running.set(call.number, call);
    }
    this.#runs++;
    this.#arm();
    this.runner.submitBatch(calls);
  }

  /** It holds calls of which only the numbers are known so far. */
  holdUnknown({ running, waiting, lastCall }: HeldCalls): number {
    this.adopted = true;
    this.#nextNumber = lastCall + 1;
    for (const numbers of running) {
      const batch = numbers.length > 1 ? { left: numbers.length } : undefined;
      for (const number of numbers) this.#running.set(number, Call.unknown(number, batch));
      this.#runs++;
    }
    for (const number of waiting.flat()) this.#ahead.push(Call.unknown(number, undefined));
    this.served += lastCall;
    return this.#running.size + this.#ahead.length;
  }

  /** A call is the one that is held under a number, or was until it answered. Returns whether it still was. */
  found(call: Call, place: CallPlace): boolean {
    const index = this.#ahead.findIndex(({ number }) => number === place.number);
    call.found(this, place, index === -1);
    if (index !== -1) {
      this.#ahead[index] = call;
      return true;
    }
    const stand = this.#running.get(place.number);
    call.batch = stand?.batch;
    call.startedAt = this.#clock.now() - place.elapsedMs;
    this.#running.set(place.number, call);
    if (stand === undefined) this.#runs++;
    // It may be due before the others.
    this.#timer?.();
    this.#timer = undefined;
    this.#arm(0);
    return stand !== undefined;
  }

  /** The call that runs, or waits here, under a number. */
  find(number: number): Call | undefined {
    return this.#running.get(number);
  }

  /** A generator gave its next value. */
  yielded(number: number, bytes: Uint8Array): void {
    const call = this.find(number);
    if (call === undefined || call.settled) return;
    call.values++;
    call.stream?.onValue(bytes);
  }

  /**
   * Gives up on a call that goes on here although it is over for its caller: what stands in for it answers in its
   * place, some day.
   */
  disown(call: Call): void {
    const ghost = Call.settledLike(call);
    this.#running.set(call.number, ghost);
    call.release();
  }

  /** Takes out the call that an answer is for; the next one runs now. Undefined for a late answer. */
  answered(number: number): Call | undefined {
    const call = this.#running.get(number);
    if (call === undefined) return this.#answeredAhead(number);
    this.#running.delete(number);
    this.reserved = false;
    if (call.batch === undefined || --call.batch.left === 0) this.#runs--;
    call.release();
    while (this.#ahead.length > 0 && this.#runs < this.#limits.concurrency) {
      const next = this.#ahead.shift() as Call;
      if (!next.settled) next.reachedHead();
      this.#run(next);
    }
    if (this.#running.size === 0) this.idleSince = this.#clock.now();
    return call;
  }

  /** Empties it: the calls that ran, and those that had not begun. */
  takeAll(): { running: Call[]; waiting: Call[] } {
    const running = [...this.#running.values()];
    const waiting = this.#ahead;
    this.#running.clear();
    this.#ahead = [];
    this.#runs = 0;
    this.#timer?.();
    this.#timer = undefined;
    return { running, waiting };
  }

  /** A cancelled call that had not begun. */
  #answeredAhead(number: number): Call | undefined {
    const index = this.#ahead.findIndex((call) => call.number === number);
    if (index === -1) return undefined;
    const [call] = this.#ahead.splice(index, 1);
    call?.release();
    return call;
  }

  #run(call: Call): void {
    call.startedAt = this.#clock.now();
    this.#running.set(call.number, call);
    this.#runs++;
    this.#arm();
  }

  /** The timer is not moved with each call: when it goes off early, it is set again for the call that runs then. */
  #arm(delayMs = this.#limits.timeoutMs): void {
    this.#timer ??= this.#clock.after(delayMs, () => {
      this.#timer = undefined;
      this.#checkDeadlines();
    });
  }

  #checkDeadlines(): void {
    const begunBy = this.#clock.now() - this.#limits.timeoutMs;
    // Those of an adopted one are not in the order they began in.
    const { overdue, nextStart } = overdueAmong(this.#running.values(), begunBy, !this.adopted);
    if (nextStart !== undefined) this.#arm(nextStart - begunBy);
    if (overdue.length > 0) this.#onOverdue(this, overdue);
  }
}
