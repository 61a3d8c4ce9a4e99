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
 * - a pool that was replaced holds no call but those that its containers still run; all others are the new one's, and
 *   whoever asks the old one reaches it there
 */
import type { FunctionManifest } from '../../protocol/manifest.ts';
import type { Call, CallFailure } from './call.ts';
import type { CallQueue } from './call-queue.ts';
import type { ContainerSlot } from './container-slot.ts';
import type { Lifetime } from './crash-breaker.ts';
import { Dispatcher } from './dispatcher.ts';
import { lossesOn } from './losses.ts';
import { OverdueCalls } from './overdue-calls.ts';
import { type ContainerPorts, PoolContainers } from './pool-containers.ts';
import { CANCEL_GRACE_MS, PoolEnding } from './pool-ending.ts';
import { PoolSize } from './pool-size.ts';
import type { Answer, CallPlace, HeldCalls, PoolSpec, Runner, RunnerEnd, RunnerEvents } from './ports.ts';
import { RetryingCalls } from './retrying-calls.ts';
import { settleCall } from './settle-call.ts';
import { StartGate } from './start-gate.ts';
import { failureOfStart, StartTrouble } from './start-trouble.ts';
import { type WaitPorts, WaitWatch } from './wait-watch.ts';

/** What the pool needs of the scheduler around it. */
export interface PoolPorts extends ContainerPorts, WaitPorts {
  /** Room was given back, or is needed: the scheduler tries the pools again. */
  onRoom(pool: FunctionPool): void;
  readonly lifetime: Lifetime;
}

export class FunctionPool {
  readonly key: string;
  readonly containers: PoolContainers;
  /** Nobody finds it by its key any more: whoever kept it asks for it anew. */
  forgotten = false;
  readonly ending: PoolEnding;
  readonly gate = new StartGate();
  readonly #ports: PoolPorts;
  readonly #dispatcher: Dispatcher;
  readonly #size: PoolSize;
  readonly #retrying: RetryingCalls;
  readonly #trouble: StartTrouble;
  readonly #overdue: OverdueCalls;
  readonly #waits: WaitWatch;
  readonly #spec: PoolSpec;

  constructor(spec: PoolSpec, ports: PoolPorts) {
    const { clock } = ports;
    this.key = spec.key;
    this.#spec = spec;
    this.#ports = ports;
    this.#retrying = new RetryingCalls(clock, (call) => this.submit(call));
    this.#trouble = new StartTrouble(clock, ports.lifetime, () => {
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
      onLeft: () => this.serve(),
      onOverdue: (slot, calls) => this.#overdue.add(slot, calls),
      onGone: (slot, end, wasStarting) => this.#gone(slot, end, wasStarting),
    });
    this.#dispatcher = new Dispatcher(clock, this.containers);
    this.#size = new PoolSize(this.containers, this.#dispatcher);
    const { containers, queue, retrying } = this;
    this.ending = new PoolEnding({ clock, containers, queue, retrying });
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

  /** Where its calls are now: itself, or the pool that took its place. */
  get home(): FunctionPool {
    return this.ending.by?.home ?? this;
  }

  /** Nothing is in it that would be missed. */
  get disposable(): boolean {
    if (this.queue.length + this.#retrying.size + this.containers.all.size > 0) return false;
    if (this.ending.begun) return true;
    const isPlain = this.fn === this.#spec.fn && this.fn.minContainers === 0;
    return this.#spec.transient === true && isPlain && !this.gate.held && this.#trouble.pauseMs === 0;
  }

  /** Whether calls wait that a further container would serve. */
  get wantsRoom(): boolean {
    if (this.queue.length === 0 || this.gate.held || this.#trouble.pauseMs > 0) return false;
    return this.containers.frozen > 0 || (!this.containers.full && this.#size.missing > 0);
  }

  /** Why the calls wait, in words; undefined where none does. */
  get waitingFor(): string | undefined {
    return this.#waits.reason();
  }

  /** Starts what is kept without calls, and what its calls need. */
  open(): void {
    if (this.fn.minContainers > 0 || this.queue.length > 0) this.scale();
  }

  submit(call: Call): void {
    if (this.ending.begun) return void this.ending.late(call);
    this.#trouble.wanted();
    if (this.#dispatcher.tryNow(call)) {
      if (this.#size.outgrows) this.scale();
      return;
    }
    this.#dispatcher.enqueue(call);
    this.#waits.watch();
    this.serve();
  }

  /** Takes in a container that runs already. What it holds is said by `found`, if anybody knows. It tells that it is ready. */
  adopt(held: HeldCalls, attach: (events: RunnerEvents) => Runner): ContainerSlot {
    const slot = this.containers.adopt(attach);
    this.#dispatcher.adopted(slot.holdUnknown(held));
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
    const { by } = this.ending;
    if (by && !(slot && this.containers.all.has(slot))) return void by.cancel(call, terminate);
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

  /** Other numbers of containers from now on. */
  update(fn: FunctionManifest): void {
    this.containers.fn = fn;
    this.containers.rewatch(() => this.#busy());
    this.scale();
  }

  /** Starts the containers that the calls are worth and the host has room for. */
  scale(): void {
    if (this.ending.begun || this.gate.held || this.#trouble.gaveUp) return;
    for (let missing = this.#size.missing; missing > 0 && this.#size.wantsMore; missing--) {
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

  /** Takes calls that waited elsewhere, before those that wait here. */
  takeWaiting(calls: readonly Call[]): void {
    if (this.ending.begun) {
      for (const call of calls) this.ending.late(call);
      return;
    }
    this.queue.pushFront(calls);
    if (calls.length > 0) this.#waits.watch();
    this.serve();
    this.#ports.onRoom(this);
  }

  /** Cancels every call and ends every container. Resolves when the last one is gone. */
  close(): Promise<void> {
    this.ending.close();
    return this.ending.emptied;
  }

  #busy(): boolean {
    return this.dispatched + this.queue.length > 0;
  }

  #ready(slot: ContainerSlot): void {
    if (!slot.adopted) this.#size.started(this.#ports.clock.now() - slot.launchedAt);
    this.#trouble.started();
    this.gate.tell(undefined);
    this.#dispatcher.handOut();
    this.containers.rest(slot, () => this.#busy());
    this.#ports.onRoom(this);
  }

  #answer(slot: ContainerSlot, answer: Answer): void {
    const call = this.#dispatcher.answered(slot, answer);
    const safe = settleCall(call, answer, (failed, failure) => this.#attemptFailed(failed, failure));
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

  #gone(slot: ContainerSlot, end: RunnerEnd, wasStarting: boolean): void {
    const shared = slot.runs > 1;
    const { running, waiting } = this.#dispatcher.takeBack(slot);
    const lost = lossesOn(running, slot.endedFor, end, shared);
    for (const [call, failure] of lost.attemptFailed) this.#attemptFailed(call, failure);
    for (const [call, failure] of lost.givenUp) {
      call.note(failure, true);
      call.fail(failure);
    }
    const back = [...lost.again, ...waiting.filter((call) => !call.settled)];
    for (const call of back) call.handedBack();
    if (wasStarting) this.gate.tell(failureOfStart(slot.endedFor, end, 1));
    if (this.ending.begun) {
      if (back.length > 0) this.home.takeWaiting(back);
      this.ending.check();
      return void this.#ports.onRoom(this);
    }
    this.queue.pushFront(back);
    if (back.length > 0) this.#waits.watch();
    this.#checkStart(slot, end, wasStarting);
    this.serve();
    this.#ports.onRoom(this);
  }

  /** A container that came to nothing: the next one may have to wait, or be pointless. */
  #checkStart(slot: ContainerSlot, end: RunnerEnd, wasStarting: boolean): void {
    if (slot.endedFor !== undefined && slot.endedFor !== 'startup-timeout') return;
    if (!wasStarting && slot.served > 0) return;
    const failure = this.#trouble.failed(slot.endedFor, end);
    // Where others of its kind serve, the calls have somebody to wait for.
    if (failure === undefined || this.containers.ready > 0) return;
    for (let call = this.queue.shift(); call !== undefined; call = this.queue.shift()) call.fail(failure);
  }

  #attemptFailed(call: Call, failure: CallFailure): void | Promise<void> {
    call.note(failure, true);
    const { home } = this;
    const isOver = home.ending.begun || call.values > 0;
    if (isOver || !home.#retrying.add(call, home.fn.retries)) return call.fail(failure);
    home.#waits.watch();
  }
}
