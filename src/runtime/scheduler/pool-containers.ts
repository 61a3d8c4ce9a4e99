/**
 * The containers of one pool: starts them, finds one with room, lets them rest, and ends them.
 *
 * It knows nothing of the calls that wait, and decides nothing about those that ran: it tells its pool.
 *
 * Invariants
 * - every container holds room of the host's budget from its launch until it is gone; a frozen one no CPU
 * - containers that are ending count towards `maxContainers`: there are never more of them at a time
 */
import type { FunctionManifest } from '../../protocol/manifest.ts';
import type { Clock } from '../../shared/clock.ts';
import type { Call } from './call.ts';
import { type ContainerWatch, endedEvent } from './container-events.ts';
import { ContainerSlot, type EndReason } from './container-slot.ts';
import type { HostBudget, NoRoom } from './host-budget.ts';
import type { Answer, Launcher, PoolSpec, Runner, RunnerEnd, RunnerEvents } from './ports.ts';
import { SlotCounts } from './slot-counts.ts';
import { canTake, leastLoaded, leavingCalls, spareContainer } from './spare-container.ts';

/** How long the exit hook of a class may take, in ms; Modal's. */
export const EXIT_GRACE_MS = 30_000;

export interface ContainerPorts extends ContainerWatch {
  readonly launcher: Launcher;
  readonly clock: Clock;
  readonly budget: HostBudget;
}

/** Told what its containers do. */
export interface ContainerEvents {
  onReady(slot: ContainerSlot): void;
  onAnswer(slot: ContainerSlot, answer: Answer): void;
  onAlive(slot: ContainerSlot): void;
  onLeft(): void;
  onOverdue(slot: ContainerSlot, calls: readonly Call[]): void;
  /** It is gone, and was taken off the books; `served` is false where it never became ready. */
  onGone(slot: ContainerSlot, end: RunnerEnd, wasStarting: boolean): void;
}

export class PoolContainers {
  /** As declared, or as `updateAutoscaler` changed it. */
  fn: FunctionManifest;
  /** No container is started any more, and each ends as soon as it holds no call. */
  draining = false;
  readonly #spec: PoolSpec;
  readonly #ports: ContainerPorts;
  readonly #events: ContainerEvents;
  readonly #slots = new Set<ContainerSlot>();
  #launched = 0;
  readonly #counts = new SlotCounts();

  constructor(spec: PoolSpec, ports: ContainerPorts, events: ContainerEvents) {
    this.#spec = spec;
    this.fn = spec.fn;
    this.#ports = ports;
    this.#events = events;
  }

  get all(): ReadonlySet<ContainerSlot> {
    return this.#slots;
  }

  /** Started so far. */
  get launched(): number {
    return this.#launched;
  }

  get starting(): number {
    return this.#counts.starting;
  }

  get ready(): number {
    return this.#counts.ready;
  }

  get frozen(): number {
    return this.#counts.frozen;
  }

  /** Those that serve, will serve, or could. */
  get alive(): number {
    return this.#counts.starting + this.#counts.ready + this.#counts.frozen;
  }

  /** Whether `maxContainers` allows no more. */
  get full(): boolean {
    return this.#slots.size >= (this.fn.maxContainers ?? Number.POSITIVE_INFINITY);
  }

  /** Calls in containers that take no further one. */
  get leavingCalls(): number {
    return this.#slots.size === this.alive ? 0 : leavingCalls(this.#slots);
  }

  launch(): void {
    const { clock, launcher } = this.#ports;
    const slot = this.#newSlot();
    this.#launched++;
    slot.runner = launcher.launch(this.#spec, this.#listenerOf(slot));
    slot.startupTimer = clock.after(this.fn.startupTimeoutMs, () => this.end(slot, 'startup-timeout'));
    this.#ports.onContainer?.({ kind: 'starting', id: slot.runner.id, functionName: this.fn.name });
  }

  /** Takes in a container that runs already. It gets room even where there is none: it is there. */
  adopt(attach: (events: RunnerEvents) => Runner): ContainerSlot {
    const slot = this.#newSlot();
    slot.runner = attach(this.#listenerOf(slot));
    return slot;
  }

  #newSlot(): ContainerSlot {
    const { clock, budget } = this.#ports;
    const limits = { concurrency: this.fn.concurrent.maxInputs, timeoutMs: this.fn.timeoutMs };
    const slot = new ContainerSlot(clock, limits, this.#events.onOverdue);
    this.#slots.add(slot);
    this.#counts.count(slot, 1);
    budget.take(this.fn);
    return slot;
  }

  #listenerOf(slot: ContainerSlot): RunnerEvents {
    return {
      onReady: () => this.#becameReady(slot),
      onAnswer: (answer) => this.#events.onAnswer(slot, answer),
      onValue: (number, bytes) => slot.yielded(number, bytes),
      onAlive: () => this.#events.onAlive(slot),
      onLeave: () => this.leave(slot, 'stopped'),
      onEnd: (end) => this.#gone(slot, end),
    };
  }

  /** A container that may take a call beside those it has, the least loaded one. */
  withRoom(depth: number): ContainerSlot | undefined {
    return leastLoaded(this.#slots, (slot) => this.hasRoom(slot, depth));
  }

  hasRoom(slot: ContainerSlot, depth: number): boolean {
    return canTake(slot, depth, this.fn);
  }

  /** A container that runs nothing. */
  idle(): ContainerSlot | undefined {
    const slot = this.withRoom(1);
    return slot?.idle ? slot : undefined;
  }

  /** Lets a frozen container go on, the one that froze last. It can be handed calls at once. */
  thaw(): ContainerSlot | undefined {
    if (this.frozen === 0 || this.#ports.budget.thawObstacle(this.fn) !== undefined) return undefined;
    const slot = [...this.#slots].findLast((candidate) => candidate.state === 'frozen');
    if (slot === undefined) return undefined;
    this.#move(slot, 'ready');
    this.#ports.budget.thaw(this.fn);
    slot.idleSince = this.#ports.clock.now();
    slot.runner.thaw();
    return slot;
  }

  /** It holds no call: a used one ends now, others when they were idle for long enough. */
  rest(slot: ContainerSlot, busy: () => boolean): void {
    if (!slot.idle) return;
    if (slot.leaving) return void this.retire(slot, this.draining ? 'replaced' : 'stopped');
    if (this.fn.singleUseContainers && slot.served > 0) return void this.retire(slot);
    slot.idleTimer ??= this.#ports.clock.after(this.fn.scaledownWindowMs, () => {
      slot.idleTimer = undefined;
      this.#idleLong(slot, busy);
    });
  }

  /** The window changed: idle containers are measured by the new one. */
  rewatch(busy: () => boolean): void {
    for (const slot of this.#slots) {
      slot.idleTimer?.();
      slot.idleTimer = undefined;
      this.rest(slot, busy);
    }
  }

  /** Ends a container that is not needed, to give its room away. False where there is none that would help. */
  giveWay(obstacle: NoRoom): boolean {
    if (!this.draining && this.alive <= this.fn.minContainers) return false;
    const longest = spareContainer(this.#slots, obstacle);
    if (longest === undefined) return false;
    this.retire(longest);
    return true;
  }

  /** Ends all of them: those that hold calls when these are done, or at once; then the calls have to run again. */
  drain(atOnce: boolean): void {
    this.draining = true;
    for (const slot of [...this.#slots]) {
      if (atOnce && slot.runningCount > 0) this.end(slot, 'replaced');
      else this.leave(slot, 'replaced');
    }
  }

  /** It takes no further call, and ends when it holds none. */
  leave(slot: ContainerSlot, reason: EndReason): void {
    if (slot.state !== 'ready' || slot.idle) return void this.retire(slot, reason);
    if (slot.leaving) return;
    this.#counts.count(slot, -1);
    slot.leaving = true;
    if (!this.draining) this.#events.onLeft();
  }

  /** Ends it in order where its class has an exit hook, else at once. It must hold no call. */
  retire(slot: ContainerSlot, reason: EndReason = 'idle'): void {
    if (slot.state === 'stopping') return;
    const { budget, clock } = this.#ports;
    if (slot.state === 'frozen' && this.fn.class?.hasExit) {
      this.#move(slot, 'ready');
      budget.thaw(this.fn);
      slot.runner.thaw();
    }
    if (slot.state !== 'ready' || !this.fn.class?.hasExit) return void this.end(slot, reason);
    this.#move(slot, 'stopping');
    slot.endedFor = reason;
    slot.runner.stop();
    clock.after(EXIT_GRACE_MS, () => this.end(slot, reason));
  }

  /** Ends it at once. */
  end(slot: ContainerSlot, reason: EndReason): void {
    if (slot.state === 'ending' || slot.state === 'gone') return;
    if (slot.state === 'starting') this.#ports.budget.started();
    if (slot.state === 'frozen') this.#ports.budget.thaw(this.fn);
    slot.endedFor ??= reason;
    this.#move(slot, 'ending');
    slot.runner.kill();
  }

  #becameReady(slot: ContainerSlot): void {
    if (slot.state !== 'starting') return;
    this.#move(slot, 'ready');
    slot.startupTimer?.();
    this.#ports.budget.started();
    slot.idleSince = this.#ports.clock.now();
    const durationMs = slot.idleSince - slot.launchedAt;
    this.#ports.onContainer?.({ kind: 'ready', id: slot.runner.id, functionName: this.fn.name, durationMs });
    this.#events.onReady(slot);
  }

  #idleLong(slot: ContainerSlot, busy: () => boolean): void {
    if (!slot.idle) return;
    const { clock, launcher, budget } = this.#ports;
    const left = slot.idleSince + this.fn.scaledownWindowMs - clock.now();
    if (left > 0 || this.#kept(busy())) {
      slot.idleTimer = clock.after(left > 0 ? left : this.fn.scaledownWindowMs, () => {
        slot.idleTimer = undefined;
        this.#idleLong(slot, busy);
      });
    } else if (this.fn.whenIdle === 'freeze' && launcher.freezes) {
      this.#move(slot, 'frozen');
      budget.freeze(this.fn);
      slot.runner.freeze();
    } else {
      this.retire(slot);
    }
  }

  /** Whether one more idle container is to be kept. */
  #kept(busy: boolean): boolean {
    const isNeeded = this.ready + this.starting <= this.fn.minContainers;
    return (
      isNeeded || (busy && [...this.#slots].filter(({ idle }) => idle).length <= this.fn.bufferContainers)
    );
  }

  #gone(slot: ContainerSlot, end: RunnerEnd): void {
    const { budget } = this.#ports;
    const wasStarting = slot.state === 'starting' || slot.endedFor === 'startup-timeout';
    if (slot.state === 'starting') budget.started();
    if (slot.state === 'frozen') budget.thaw(this.fn);
    this.#move(slot, 'gone');
    slot.startupTimer?.();
    slot.idleTimer?.();
    this.#slots.delete(slot);
    budget.release(this.fn);
    this.#ports.onContainer?.(endedEvent(slot, this.fn.name, end));
    this.#events.onGone(slot, end, wasStarting);
  }

  #move(slot: ContainerSlot, state: ContainerSlot['state']): void {
    this.#counts.count(slot, -1);
    slot.to(state);
    this.#counts.count(slot, 1);
  }
}
