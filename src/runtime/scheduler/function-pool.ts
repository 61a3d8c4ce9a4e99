/**
 * One pool: the calls that wait for its containers, and what becomes of those that run.
 *
 * It hands out calls and settles them. How many containers there are is autoscaler.ts, how they live and end is
 * pool-containers.ts, what their end means is losses.ts.
 *
 * Invariants
 * - a container's end fails or retries at most the calls that ran in it; those behind them go back to the front
 * - a call that may be the one that brought its container down runs again alone before it is blamed
 * - after `close`, every call is settled and every container was told to end
 */
import type { FunctionManifest } from '../../protocol/manifest.ts';
import { desiredContainers, runningMean } from './autoscaler.ts';
import type { Call, CallFailure } from './call.ts';
import type { CallQueue } from './call-queue.ts';
import type { ContainerSlot } from './container-slot.ts';
import { Dispatcher } from './dispatcher.ts';
import { fateOf, verdictOnEnd } from './losses.ts';
import { OverdueCalls } from './overdue-calls.ts';
import { type ContainerPorts, PoolContainers } from './pool-containers.ts';
import type { AdoptableRunner, Answer, CallPlace, PoolSpec, RunnerEnd } from './ports.ts';
import { RetryingCalls } from './retrying-calls.ts';
import { StartTrouble } from './start-trouble.ts';
import { type WaitPorts, WaitWatch } from './wait-watch.ts';

/** What a start is thought to take before the first one was seen. */
const FIRST_START_MS = 250;

/** How long the code of a cancelled call may go on before its container is ended. */
export const CANCEL_GRACE_MS = 2000;

/** What the pool needs of the scheduler around it. */
export interface PoolPorts extends ContainerPorts, WaitPorts {
  /** Room was given back, or is needed: the scheduler tries the pools again. */
  onRoom(pool: FunctionPool): void;
}

export class FunctionPool {
  readonly key: string;
  readonly containers: PoolContainers;
  readonly #ports: PoolPorts;
  readonly #dispatcher: Dispatcher;
  readonly #retrying: RetryingCalls;
  readonly #trouble: StartTrouble;
  readonly #overdue: OverdueCalls;
  readonly #waits: WaitWatch;
  #startMs: number | undefined;
  #closed = false;
  /** Settled when the pool is closed and its last container is gone. */
  readonly #emptied = Promise.withResolvers<void>();

  constructor(spec: PoolSpec, ports: PoolPorts) {
    const { clock } = ports;
    this.key = spec.key;
    this.#ports = ports;
    this.#retrying = new RetryingCalls(clock, (call) => this.submit(call));
    this.#trouble = new StartTrouble(clock, () => {
      this.scale();
      ports.onRoom(this);
    });
    this.#overdue = new OverdueCalls(clock, {
      end: (slot, reason) => this.containers.end(slot, reason),
      timedOut: (call) => this.#attemptFailed(call, { kind: 'timed-out' }),
    });
    this.#waits = new WaitWatch(this, ports);
    this.containers = new PoolContainers(spec, ports, {
      onReady: (slot) => this.#ready(slot),
      onAnswer: (slot, answer) => this.#answer(slot, answer),
      onAlive: (slot) => this.#overdue.alive(slot),
      onOverdue: (slot, calls) => this.#overdue.add(slot, calls),
      onGone: (slot, end, wasStarting) => this.#gone(slot, end, wasStarting),
    });
    this.#dispatcher = new Dispatcher(clock, this.containers);
  }

  get fn(): FunctionManifest {
    return this.containers.fn;
  }

  /** Calls that wait for a container. */
  get queue(): CallQueue {
    return this.#dispatcher.queue;
  }

  /** Calls that run or were sent ahead. */
  get dispatched(): number {
    return this.#dispatcher.dispatched;
  }

  /** Calls that wait for the delay before their next attempt. */
  get retrying(): RetryingCalls {
    return this.#retrying;
  }

  get trouble(): StartTrouble {
    return this.#trouble;
  }

  /** Whether calls wait that a further container would serve. */
  get wantsRoom(): boolean {
    if (this.queue.length === 0 || this.#trouble.pauseMs > 0) return false;
    return this.containers.frozen > 0 || (!this.containers.full && this.#missing() > 0);
  }

  /** Why the calls wait, in words; undefined where none does. */
  get waitingFor(): string | undefined {
    return this.#waits.reason();
  }

  /** Starts what is kept without calls. */
  open(): void {
    if (this.fn.minContainers > 0) this.scale();
  }

  submit(call: Call): void {
    // Not at once: whoever submits has nothing in hand yet that could settle.
    if (this.#closed) return void queueMicrotask(() => call.fail({ kind: 'cancelled' }));
    this.#trouble.wanted();
    if (this.#dispatcher.tryNow(call)) {
      if (this.#outgrows) this.scale();
      return;
    }
    this.#dispatcher.enqueue(call);
    this.#waits.watch();
    this.serve();
  }

  /** Takes in a container that runs already; what it holds is said by `found`, if anybody knows. */
  adopt(found: AdoptableRunner): ContainerSlot {
    const { slot, held } = this.containers.adopt(found);
    this.#dispatcher.adopted(held);
    this.containers.begin(slot);
    return slot;
  }

  /** A call is in one of its containers that was adopted, or has its answer there, which comes next. */
  found(slot: ContainerSlot, call: Call, place: CallPlace): void {
    this.#dispatcher.adopted(slot.found(call, place) ? 0 : 1);
  }

  /** Ends a call that has no result yet. Its code is asked to stop, then its container is ended. */
  cancel(call: Call, terminate: boolean): void {
    if (call.settled) return;
    const { state, slot } = call;
    call.fail({ kind: 'cancelled' });
    if (state === 'queued') this.queue.forget();
    if (state === 'retrying') this.#retrying.delete(call);
    if (slot === undefined) return;
    if (terminate) return void this.containers.end(slot, 'cancel');
    slot.runner.cancel(call.number);
    this.#ports.clock.after(CANCEL_GRACE_MS, () => {
      if (slot.holds(call) && !slot.sharesRun(call)) this.containers.end(slot, 'cancel');
    });
  }

  /** A generator's reader took values. */
  credit(call: Call, count: number): void {
    // Kept as well: an attempt that is begun again is granted all of it.
    call.credit += count;
    if (!call.settled) call.slot?.runner.credit(call.number, count);
  }

  /** Other numbers of containers from now on. */
  update(fn: FunctionManifest): void {
    this.containers.fn = fn;
    this.containers.rewatch(() => this.#busy());
    this.scale();
  }

  /** Starts the containers that the calls are worth and the host has room for. */
  scale(): void {
    if (this.#closed || this.#trouble.gaveUp) return;
    for (let missing = this.#missing(); missing > 0 && this.#wantsMore(); missing--) {
      if (this.#trouble.pauseMs > 0 || this.containers.full) return;
      if (this.#ports.budget.obstacle(this.fn) !== undefined) return;
      this.containers.launch();
    }
  }

  /** Hands waiting calls to containers, frozen ones included, as far as there is room. */
  serve(): void {
    this.#dispatcher.handOut();
    this.scale();
  }

  /** Fails a call that waits here. */
  failWaiting(call: Call, failure: CallFailure): void {
    call.fail(failure);
    this.queue.forget();
  }

  /** Cancels every call and ends every container. Resolves when the last one is gone. */
  close(): Promise<void> {
    this.#closed = true;
    this.#failQueue({ kind: 'cancelled' });
    this.#retrying.close();
    for (const slot of this.containers.all) {
      for (const call of slot.calls) {
        if (call.settled) continue;
        call.fail({ kind: 'cancelled' });
        if (this.fn.class?.hasExit) slot.runner.cancel(call.number);
      }
      const ran = !slot.idle;
      this.containers.retire(slot, 'close');
      if (slot.state !== 'stopping' || !ran) continue;
      this.#ports.clock.after(CANCEL_GRACE_MS, () => {
        if (slot.runningCount > 0) this.containers.end(slot, 'close');
      });
    }
    if (this.containers.all.size === 0) this.#emptied.resolve();
    return this.#emptied.promise;
  }

  /** Calls per container are to be fewer than it can take: handing one out may be a reason to start another. */
  get #outgrows(): boolean {
    const { concurrent, bufferContainers } = this.fn;
    return concurrent.targetInputs < concurrent.maxInputs || bufferContainers > 0;
  }

  #wantsMore(): boolean {
    return this.queue.length > 0 || this.#outgrows || this.containers.alive < this.fn.minContainers;
  }

  #busy(): boolean {
    return this.dispatched + this.queue.length > 0;
  }

  #missing(): number {
    const snapshot = {
      queued: this.queue.length,
      dispatched: this.dispatched,
      averageCallMs: this.#dispatcher.averageCallMs,
      startMs: this.#startMs ?? FIRST_START_MS,
    };
    return desiredContainers(this.fn, snapshot) - this.containers.alive;
  }

  #ready(slot: ContainerSlot): void {
    const took = this.#ports.clock.now() - slot.launchedAt;
    if (!slot.adopted) this.#startMs = runningMean(this.#startMs, took);
    this.#trouble.started();
    this.#dispatcher.handOut();
    this.containers.rest(slot, () => this.#busy());
    this.#ports.onRoom(this);
  }

  #answer(slot: ContainerSlot, answer: Answer): void {
    const call = this.#dispatcher.answered(slot, answer);
    const safe = call === undefined || call.settled ? undefined : this.#settle(call, answer);
    if (safe === undefined) slot.runner.acknowledge(answer.number);
    // One that could not be stored is kept where it is.
    else void safe.then(() => slot.runner.acknowledge(answer.number)).catch(() => {});
    if (call === undefined) return;
    this.#trouble.served();
    if (this.queue.length > 0) this.#dispatcher.refill(slot);
    if (slot.idle) {
      this.containers.rest(slot, () => this.#busy());
      this.#ports.onRoom(this);
    }
  }

  #settle(call: Call, answer: Answer): void | Promise<void> {
    if (call.expired) return this.#attemptFailed(call, { kind: 'timed-out' });
    if (answer.ok) return call.succeed(answer.bytes);
    return this.#attemptFailed(call, { kind: 'thrown', bytes: answer.bytes });
  }

  #gone(slot: ContainerSlot, end: RunnerEnd, wasStarting: boolean): void {
    const shared = slot.runs > 1;
    const { running, waiting } = this.#dispatcher.takeBack(slot);
    if (this.#closed && this.containers.all.size === 0) this.#emptied.resolve();
    const back: Call[] = [];
    const verdict = verdictOnEnd(slot.endedFor, end);
    for (const call of running) {
      if (call.settled) continue;
      const fate = fateOf(call, slot.endedFor, verdict, shared);
      if (verdict.kind === 'taken') call.losses++;
      if (fate.kind === 'attempt-failed') this.#attemptFailed(call, fate.failure);
      else if (fate.kind === 'give-up') this.#giveUp(call, fate.failure);
      else {
        if (fate.failure !== undefined) call.note(fate.failure, false);
        call.alone = fate.alone;
        back.push(call);
      }
    }
    back.push(...waiting.filter((call) => !call.settled));
    for (const call of back) call.handedBack();
    this.queue.pushFront(back);
    if (back.length > 0) this.#waits.watch();
    this.#checkStart(slot, end, wasStarting);
    this.serve();
    this.#ports.onRoom(this);
  }

  /** A container that came to nothing: the next one may have to wait, or be pointless. */
  #checkStart(slot: ContainerSlot, end: RunnerEnd, wasStarting: boolean): void {
    if (this.#closed || (slot.endedFor !== undefined && slot.endedFor !== 'startup-timeout')) return;
    if (!wasStarting && slot.served > 0) return;
    const failure = this.#trouble.failed(slot.endedFor, end);
    // Where others of its kind serve, the calls have somebody to wait for.
    if (failure !== undefined && this.containers.ready === 0) this.#failQueue(failure);
  }

  #failQueue(failure: CallFailure): void {
    for (let call = this.queue.shift(); call !== undefined; call = this.queue.shift()) call.fail(failure);
  }

  #giveUp(call: Call, failure: CallFailure): void {
    call.note(failure, true);
    call.fail(failure);
  }

  #attemptFailed(call: Call, failure: CallFailure): void | Promise<void> {
    call.note(failure, true);
    if (this.#closed || call.values > 0 || !this.#retrying.add(call, this.fn.retries)) return call.fail(failure);
    this.#waits.watch();
  }
}
