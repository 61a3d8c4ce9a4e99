/**
 * Notices calls that wait for long, and tells why: once, and again when the reason changes.
 *
 * It also looks for deadlocks then, because a call that waits for its own container waits for long.
 *
 * Invariants
 * - one timer per pool, and none while no call waits
 */
import type { WaitEvent } from '../../protocol/control-plane.ts';
import type { Clock } from '../../shared/clock.ts';
import type { FunctionPool } from './function-pool.ts';
import type { HostBudget } from './host-budget.ts';
import { waitReason } from './wait-reason.ts';

/** How long a call waits, in ms, before anybody is told. */
const WAIT_TOLD_AFTER_MS = 2000;
/** How often it is looked at again. */
const RECHECK_MS = 1000;

export interface WaitPorts {
  readonly clock: Clock;
  readonly budget: HostBudget;
  onWait(event: WaitEvent): void;
  /** Fails calls that wait for each other's containers. */
  resolveDeadlock(pool: FunctionPool): void;
}

export class WaitWatch {
  readonly #pool: FunctionPool;
  readonly #ports: WaitPorts;
  #watching = false;
  /** What was told last, without its seconds. */
  #told: string | undefined;

  constructor(pool: FunctionPool, ports: WaitPorts) {
    this.#pool = pool;
    this.#ports = ports;
  }

  /** A call begins to wait. */
  watch(): void {
    if (this.#watching) return;
    this.#watching = true;
    this.#after(WAIT_TOLD_AFTER_MS);
  }

  /** Why the calls wait now. */
  reason(): string | undefined {
    const { queue, retrying, containers, trouble, fn } = this.#pool;
    const { budget, clock } = this.#ports;
    const head = queue.peek();
    const { batched } = fn;
    return waitReason({
      queued: queue.length,
      retrying: retrying.size,
      nextRetryMs: retrying.nextMs,
      starting: containers.starting,
      containers: containers.all.size,
      maxContainers: fn.maxContainers,
      pauseMs: trouble.pauseMs,
      lastStart: trouble.lastStart,
      fillingBatch:
        batched !== undefined &&
        head !== undefined &&
        queue.length < batched.maxBatchSize &&
        clock.now() - head.queuedAt < batched.waitMs,
      obstacle: containers.frozen > 0 ? budget.thawObstacle(fn) : budget.obstacle(fn),
      host: budget.capacity,
    });
  }

  #after(ms: number): void {
    this.#ports.clock.after(ms, () => this.#check());
  }

  #check(): void {
    const { queue, retrying, fn } = this.#pool;
    const since = queue.peek()?.queuedAt ?? retrying.since;
    if (since === undefined) {
      this.#watching = false;
      this.#told = undefined;
      return;
    }
    const waited = this.#ports.clock.now() - since;
    if (waited < WAIT_TOLD_AFTER_MS) return void this.#after(WAIT_TOLD_AFTER_MS - waited);
    this.#ports.resolveDeadlock(this.#pool);
    const reason = this.reason();
    const lasting = reason?.replace(/ in [\d.]+ s$/, '');
    if (reason !== undefined && lasting !== this.#told) {
      this.#told = lasting;
      this.#ports.onWait({ functionName: fn.name, reason, calls: queue.length + retrying.size });
    }
    this.#after(RECHECK_MS);
  }
}
