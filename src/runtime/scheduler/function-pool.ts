/**
 * The containers of one function and the calls that wait for them.
 *
 * It acts on the decisions of autoscaler.ts, retry-policy.ts and host-budget.ts: starts and ends containers,
 * hands out calls, and settles them.
 *
 * Invariants
 * - a container's end fails or retries at most the call that ran in it; those behind it go back to the front
 * - a container that cannot start fails the waiting calls, as none of them could be served
 * - after `close`, every call is settled and every container was told to end
 */
import type { FunctionManifest } from '../../protocol/manifest.ts';
import type { Clock } from '../../shared/clock.ts';
import { desiredContainers, prefetchDepth, runningMean } from './autoscaler.ts';
import type { Call, CallFailure } from './call.ts';
import { CallQueue } from './call-queue.ts';
import { ContainerSlot } from './container-slot.ts';
import type { HostBudget } from './host-budget.ts';
import type { Answer, Launcher, RunnerEnd } from './ports.ts';
import { retryDelay } from './retry-policy.ts';

/** What a start is thought to take before the first one was seen. */
const FIRST_START_MS = 250;

/** How long the code of a cancelled call may go on before its container is ended. */
const CANCEL_GRACE_MS = 2000;

/** What the pool needs of the scheduler around it. */
export interface PoolPorts {
  readonly launcher: Launcher;
  readonly clock: Clock;
  readonly budget: HostBudget;
  /** Room was given back, or is needed: the scheduler tries the pools again. */
  onRoom(): void;
}

export class FunctionPool {
  readonly fn: FunctionManifest;
  readonly #ports: PoolPorts;
  readonly #queue = new CallQueue();
  readonly #slots = new Set<ContainerSlot>();
  /** Calls that wait for the delay before their next attempt. */
  #retrying = new Set<Call>();
  #averageCallMs: number | undefined;
  #startMs: number | undefined;
  #launched = 0;
  #closed = false;
  /** Settled when the pool is closed and its last container is gone. */
  readonly #emptied = Promise.withResolvers<void>();

  constructor(fn: FunctionManifest, ports: PoolPorts) {
    this.fn = fn;
    this.#ports = ports;
  }

  /** Containers started so far. */
  get launched(): number {
    return this.#launched;
  }

  /** Whether calls wait that a further container would serve. */
  get wantsRoom(): boolean {
    return this.#queue.length > 0 && this.#missing() > 0;
  }

  submit(call: Call): void {
    const slot = this.#slotWithRoom();
    if (slot !== undefined && this.#queue.length === 0) slot.dispatch(call);
    else this.#queue.push(call);
    if (this.#queue.length > 0) this.scale();
  }

  /** Ends a call that has no result yet. Its code is asked to stop, then its container is ended. */
  cancel(call: Call, terminate: boolean): void {
    if (call.settled) return;
    const { state } = call;
    call.fail({ kind: 'cancelled' });
    if (state === 'queued') this.#queue.forget();
    if (state === 'retrying') this.#retrying.delete(call);
    const slot = [...this.#slots].find((candidate) => candidate.held.includes(call));
    if (slot === undefined) return;
    if (terminate) {
      this.#end(slot, 'cancel');
      return;
    }
    slot.runner.cancel(call.number);
    this.#ports.clock.after(CANCEL_GRACE_MS, () => {
      if (slot.held[0] === call) this.#end(slot, 'cancel');
    });
  }

  /** Starts the containers that the waiting calls are worth and the host has room for. */
  scale(): void {
    for (let missing = this.#missing(); missing > 0 && this.#queue.length > 0; missing--) {
      if (this.#ports.budget.obstacle(this.fn) !== undefined) return;
      this.#launch();
    }
  }

  /** Ends the container that has been idle longest. False where none is. */
  endIdle(): boolean {
    const idle = [...this.#slots].filter((slot) => slot.idle);
    const [longest] = idle.sort((a, b) => a.idleSince - b.idleSince);
    if (longest === undefined) return false;
    this.#end(longest, 'idle');
    return true;
  }

  /** Cancels every call and ends every container. Resolves when the last one is gone. */
  close(): Promise<void> {
    this.#closed = true;
    for (let call = this.#queue.shift(); call !== undefined; call = this.#queue.shift()) {
      call.fail({ kind: 'cancelled' });
    }
    for (const call of this.#retrying) call.fail({ kind: 'cancelled' });
    for (const slot of this.#slots) {
      for (const call of slot.held) if (!call.settled) call.fail({ kind: 'cancelled' });
      this.#end(slot, 'close');
    }
    if (this.#slots.size === 0) this.#emptied.resolve();
    return this.#emptied.promise;
  }

  #missing(): number {
    let dispatched = 0;
    let alive = 0;
    for (const slot of this.#slots) {
      if (slot.state === 'ending') continue;
      alive++;
      dispatched += slot.held.length;
    }
    const desired = desiredContainers({
      queued: this.#queue.length,
      dispatched,
      maxContainers: this.fn.maxContainers,
      averageCallMs: this.#averageCallMs,
      startMs: this.#startMs ?? FIRST_START_MS,
    });
    return desired - alive;
  }

  #launch(): void {
    const { clock, launcher, budget } = this.#ports;
    const slot = new ContainerSlot(clock, this.fn.timeoutMs, (late) => this.#end(late, 'timeout'));
    this.#slots.add(slot);
    this.#launched++;
    budget.take(this.fn);
    slot.runner = launcher.launch(this.fn, {
      onReady: () => this.#ready(slot),
      onAnswer: (answer) => this.#answer(slot, answer),
      onEnd: (end) => this.#ended(slot, end),
    });
    clock.after(this.fn.startupTimeoutMs, () => {
      if (slot.state === 'starting') this.#end(slot, 'startup-timeout');
    });
  }

  #ready(slot: ContainerSlot): void {
    if (slot.state !== 'starting') return;
    slot.state = 'ready';
    const { clock, budget } = this.#ports;
    budget.started();
    slot.idleSince = clock.now();
    this.#startMs = runningMean(this.#startMs, clock.now() - slot.launchedAt);
    this.#refill(slot);
    if (slot.idle) this.#endWhenIdle(slot);
    this.#ports.onRoom();
  }

  #answer(slot: ContainerSlot, answer: Answer): void {
    const call = slot.answered(answer);
    if (call === undefined) return;
    this.#averageCallMs = runningMean(this.#averageCallMs, answer.durationUs / 1000);
    if (!call.settled) {
      if (answer.ok) call.succeed(answer.bytes);
      else this.#attemptFailed(call, { kind: 'thrown', bytes: answer.bytes });
    }
    this.#refill(slot);
    if (slot.idle) this.#endWhenIdle(slot);
  }

  /** Hands out waiting calls as far as the container has room. */
  #refill(slot: ContainerSlot): void {
    if (slot.state !== 'ready') return;
    const depth = prefetchDepth(this.#averageCallMs);
    while (slot.held.length < depth) {
      const call = this.#queue.shift();
      if (call === undefined) return;
      slot.dispatch(call);
    }
  }

  /** The ready container with the fewest calls, if it may take another. */
  #slotWithRoom(): ContainerSlot | undefined {
    let best: ContainerSlot | undefined;
    for (const slot of this.#slots) {
      if (slot.state !== 'ready') continue;
      if (slot.held.length === 0) return slot;
      if (best === undefined || slot.held.length < best.held.length) best = slot;
    }
    return best !== undefined && best.held.length < prefetchDepth(this.#averageCallMs) ? best : undefined;
  }

  #endWhenIdle(slot: ContainerSlot): void {
    const { idleSince } = slot;
    this.#ports.clock.after(this.fn.scaledownWindowMs, () => {
      if (slot.idle && slot.idleSince === idleSince) this.#end(slot, 'idle');
    });
  }

  #end(slot: ContainerSlot, reason: NonNullable<ContainerSlot['endedFor']>): void {
    if (slot.state === 'ending') return;
    if (slot.state === 'starting') this.#ports.budget.started();
    slot.state = 'ending';
    slot.endedFor = reason;
    slot.runner.kill();
  }

  #ended(slot: ContainerSlot, end: RunnerEnd): void {
    const wasStarting = slot.state === 'starting' || slot.endedFor === 'startup-timeout';
    if (slot.state === 'starting') this.#ports.budget.started();
    slot.state = 'ending';
    this.#slots.delete(slot);
    if (this.#closed && this.#slots.size === 0) this.#emptied.resolve();
    this.#ports.budget.release(this.fn);
    const { running, waiting } = slot.takeAll();
    const handedBack = waiting.filter((call) => !call.settled);
    for (const call of handedBack) call.handedBack();
    this.#queue.pushFront(handedBack);
    if (running !== undefined && !running.settled) this.#attemptFailed(running, failureOf(slot, end));
    if (wasStarting && slot.endedFor !== 'close') this.#startFailed(slot, end);
    this.scale();
    this.#ports.onRoom();
  }

  /** None of the waiting calls can be served: another container would fail in the same way. */
  #startFailed(slot: ContainerSlot, end: RunnerEnd): void {
    if ([...this.#slots].some((other) => other.state === 'ready')) return;
    const failure: CallFailure =
      slot.endedFor === 'startup-timeout' ? { kind: 'start-timed-out' } : startFailure(end);
    for (let call = this.#queue.shift(); call !== undefined; call = this.#queue.shift()) call.fail(failure);
  }

  #attemptFailed(call: Call, failure: CallFailure): void {
    const delay = this.#closed ? undefined : retryDelay(this.fn.retries, call.attempts);
    if (delay === undefined) {
      call.fail(failure);
      return;
    }
    call.waitForRetry();
    this.#retrying.add(call);
    this.#ports.clock.after(delay, () => {
      this.#retrying.delete(call);
      if (call.settled) return;
      call.retry();
      this.submit(call);
    });
  }
}

/** What the end of a container means for the call that ran in it. */
function failureOf(slot: ContainerSlot, end: RunnerEnd): CallFailure {
  if (slot.endedFor === 'timeout') return { kind: 'timed-out' };
  if (slot.endedFor !== undefined) return { kind: 'cancelled' };
  if (end.kind === 'start-failed') return end;
  return { ...end, kind: 'container-lost' };
}

function startFailure(end: RunnerEnd): CallFailure {
  return end.kind === 'start-failed' ? end : { ...end, kind: 'container-lost' };
}
