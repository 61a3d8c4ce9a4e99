/**
 * How a pool comes to its end, and what becomes of its calls: another pool takes its place, its function is no more,
 * or everything is closed.
 *
 * Invariants
 * - a pool that was replaced holds no call but those that its containers still run; all others are the new one's
 * - an end that has begun is never taken back
 */
import type { Clock } from '../../shared/clock.ts';
import type { Call, CallFailure } from './call.ts';
import type { CallQueue } from './call-queue.ts';
import type { ContainerSlot } from './container-slot.ts';
import type { FunctionPool } from './function-pool.ts';
import type { PoolContainers } from './pool-containers.ts';
import type { RetryingCalls } from './retrying-calls.ts';

/** How long the code of a cancelled call may go on before its container is ended. */
export const CANCEL_GRACE_MS = 2000;

/** Of the pool that ends. */
interface EndingPool {
  readonly clock: Clock;
  readonly queue: CallQueue;
  readonly retrying: RetryingCalls;
  readonly containers: PoolContainers;
}

export class PoolEnding {
  readonly #pool: EndingPool;
  #by: FunctionPool | undefined;
  #failure: CallFailure | undefined;
  /** Settled when the end has begun and the last container is gone. */
  readonly #emptied = Promise.withResolvers<void>();

  constructor(pool: EndingPool) {
    this.#pool = pool;
  }

  get begun(): boolean {
    return this.#by !== undefined || this.#failure !== undefined;
  }

  /** The pool that took its place. */
  get by(): FunctionPool | undefined {
    return this.#by;
  }

  /** Settled when the end has begun and the last container is gone. */
  get emptied(): Promise<void> {
    return this.#emptied.promise;
  }

  /** A call came although the end has begun. */
  late(call: Call): void {
    if (this.#by !== undefined) return void this.#by.home.submit(call);
    const failure = this.#failure ?? { kind: 'cancelled' };
    // Not at once: whoever submits has nothing in hand yet that could settle.
    queueMicrotask(() => call.settled || call.fail(failure));
  }

  /**
   * Another pool takes its place and its waiting calls. What runs goes on here to its end; with `atOnce` it ends, runs
   * again there, and nothing starts there before the last container here is gone.
   */
  replaceBy(next: FunctionPool, { atOnce = false } = {}): void {
    this.#by = next;
    const { queue, retrying, containers } = this.#pool;
    const waiting: Call[] = [];
    for (let call = queue.shift(); call !== undefined; call = queue.shift()) waiting.push(call);
    next.retrying.takeOver(retrying);
    if (atOnce) this.#holdBack(next);
    containers.drain(atOnce);
    this.check();
    next.takeWaiting(waiting);
  }

  /** Its function is no more: calls that wait fail, what runs goes on to its end. */
  remove(failure: CallFailure): void {
    this.#failWaiting(failure);
    this.#pool.containers.drain(false);
    this.check();
  }

  /** Cancels every call and ends every container. */
  close(): void {
    this.#failWaiting({ kind: 'cancelled' });
    for (const slot of this.#pool.containers.all) this.#close(slot);
    this.check();
  }

  /** A container is gone. */
  check(): void {
    if (this.begun && this.#pool.containers.all.size === 0) this.#emptied.resolve();
  }

  #holdBack(next: FunctionPool): void {
    const release = next.gate.hold();
    void this.emptied.then(() => {
      release();
      next.takeWaiting([]);
    });
  }

  #failWaiting(failure: CallFailure): void {
    this.#failure = failure;
    const { queue, retrying } = this.#pool;
    for (let call = queue.shift(); call !== undefined; call = queue.shift()) call.fail(failure);
    retrying.fail(failure);
  }

  #close(slot: ContainerSlot): void {
    const { clock, containers } = this.#pool;
    for (const call of slot.calls) {
      if (call.settled) continue;
      call.fail({ kind: 'cancelled' });
      if (containers.fn.class?.hasExit) slot.runner.cancel(call.number);
    }
    const ran = !slot.idle;
    containers.retire(slot, 'close');
    if (slot.state !== 'stopping' || !ran) return;
    clock.after(CANCEL_GRACE_MS, () => {
      if (slot.runningCount > 0) containers.end(slot, 'close');
    });
  }
}
