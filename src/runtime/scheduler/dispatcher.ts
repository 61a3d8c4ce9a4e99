/**
 * Hands the calls that wait in one pool to its containers: to which, how many ahead, and which together.
 *
 * It starts and ends nothing, and does not know what becomes of a call.
 *
 * Invariants
 * - calls begin in the order they came, as far as they go to one container
 * - a call that must be alone is handed to an idle container, which takes no other meanwhile
 */
import type { FunctionManifest } from '../../protocol/manifest.ts';
import type { Clock } from '../../shared/clock.ts';
import { prefetchDepth, runningMean } from './autoscaler.ts';
import { nextBatch } from './batcher.ts';
import type { Call } from './call.ts';
import { CallQueue } from './call-queue.ts';
import type { ContainerSlot } from './container-slot.ts';
import type { PoolContainers } from './pool-containers.ts';
import type { Answer } from './ports.ts';

export class Dispatcher {
  readonly queue = new CallQueue();
  readonly #clock: Clock;
  readonly #containers: PoolContainers;
  #dispatched = 0;
  #averageCallMs: number | undefined;
  #batchTimer = false;

  constructor(clock: Clock, containers: PoolContainers) {
    this.#clock = clock;
    this.#containers = containers;
  }

  /** Calls handed over and not answered, those sent ahead included. */
  get dispatched(): number {
    return this.#dispatched;
  }

  /** Mean run time of recent calls; undefined before the first answer. */
  get averageCallMs(): number | undefined {
    return this.#averageCallMs;
  }

  /** Hands a new call over at once. False where it has to wait. */
  tryNow(call: Call): boolean {
    if (this.queue.length > 0 || call.alone || this.#containers.fn.batched !== undefined) return false;
    const slot = this.#containers.withRoom(this.#depth());
    if (slot === undefined) return false;
    this.#dispatch(slot, call);
    return true;
  }

  enqueue(call: Call): void {
    call.queuedAt = this.#clock.now();
    this.queue.push(call);
  }

  /** Hands over what waits, as far as there is room; frozen containers go on for it. */
  handOut(): void {
    for (let call = this.queue.peek(); call !== undefined; call = this.queue.peek()) {
      const batched = call.alone ? undefined : this.#containers.fn.batched;
      if (batched !== undefined && !this.#batchIsDue(call, batched)) return;
      const slot =
        (call.alone ? this.#containers.idle() : this.#containers.withRoom(this.#depth())) ??
        this.#containers.thaw();
      if (slot === undefined) return;
      if (batched !== undefined) {
        this.#dispatchBatch(slot, call.method, batched.maxBatchSize);
      } else {
        this.queue.shift();
        slot.reserved = call.alone;
        this.#dispatch(slot, call);
      }
    }
  }

  /** Hands over what waits to one container that has just got room. */
  refill(slot: ContainerSlot): void {
    const depth = this.#depth();
    while (this.#containers.hasRoom(slot, depth)) {
      const call = this.queue.peek();
      if (call === undefined) return;
      if (call.alone || this.#containers.fn.batched !== undefined) return void this.handOut();
      this.queue.shift();
      this.#dispatch(slot, call);
    }
  }

  /** The call that an answer is for; undefined for a late one. */
  answered(slot: ContainerSlot, answer: Answer): Call | undefined {
    const call = slot.answered(answer.number);
    if (call === undefined) return undefined;
    this.#dispatched--;
    this.#averageCallMs = runningMean(this.#averageCallMs, answer.durationUs / 1000);
    return call;
  }

  /** A container was adopted that holds so many calls, or that many were found in one. */
  adopted(calls: number): void {
    this.#dispatched += calls;
  }

  /** Takes back what a container held that is gone. */
  takeBack(slot: ContainerSlot): { running: Call[]; waiting: Call[] } {
    const taken = slot.takeAll();
    this.#dispatched -= taken.running.length + taken.waiting.length;
    for (const call of taken.running) call.release();
    for (const call of taken.waiting) call.release();
    return taken;
  }

  #depth(): number {
    return prefetchDepth(this.#containers.fn, this.#averageCallMs);
  }

  #dispatch(slot: ContainerSlot, call: Call): void {
    this.#dispatched++;
    slot.dispatch(call);
  }

  #batchIsDue(first: Call, batched: NonNullable<FunctionManifest['batched']>): boolean {
    const waited = this.#clock.now() - first.queuedAt;
    const decision = nextBatch(batched, this.queue.length, waited);
    if (decision.due) return true;
    if (!this.#batchTimer) {
      this.#batchTimer = true;
      this.#clock.after(decision.waitMs, () => {
        this.#batchTimer = false;
        this.handOut();
      });
    }
    return false;
  }

  #dispatchBatch(slot: ContainerSlot, method: string, size: number): void {
    const calls: Call[] = [];
    while (calls.length < size) {
      const call = this.queue.peek();
      if (call === undefined || call.method !== method || call.alone) break;
      this.queue.shift();
      calls.push(call);
    }
    this.#dispatched += calls.length;
    slot.dispatchBatch(calls);
  }
}
