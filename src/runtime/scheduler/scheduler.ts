/**
 * Calls in, outcomes out: one pool per function, all within one host's room.
 *
 * It routes calls to pools and shares the host between them. Everything about containers of one function
 * is in function-pool.ts.
 */
import type { AppManifest } from '../../protocol/manifest.ts';
import type { Clock } from '../../shared/clock.ts';
import { BugError } from '../../shared/errors.ts';
import { newId } from '../../shared/ids.ts';
import { Call, type CallOutcome } from './call.ts';
import { FunctionPool } from './function-pool.ts';
import { HostBudget, type HostRoom } from './host-budget.ts';
import type { Launcher } from './ports.ts';

export interface SchedulerOptions {
  readonly launcher: Launcher;
  readonly clock: Clock;
  readonly capacity: HostRoom;
}

export class Scheduler {
  readonly #pools: ReadonlyMap<string, FunctionPool>;
  readonly #budget: HostBudget;
  #nextNumber = 1;

  constructor(app: AppManifest, { launcher, clock, capacity }: SchedulerOptions) {
    this.#budget = new HostBudget(capacity);
    const ports = { launcher, clock, budget: this.#budget, onRoom: () => this.#share() };
    this.#pools = new Map(app.functions.map((fn) => [fn.name, new FunctionPool(fn, ports)]));
  }

  /** Containers started so far. */
  get launched(): number {
    return [...this.#pools.values()].reduce((sum, pool) => sum + pool.launched, 0);
  }

  /** Accepts a call with encoded arguments; tells its outcome once. */
  submit(functionName: string, payload: Uint8Array, onSettled: (outcome: CallOutcome) => void): Call {
    const pool = this.#pool(functionName);
    const call = new Call(newId('fc'), this.#nextNumber++, payload, onSettled);
    pool.submit(call);
    if (pool.wantsRoom) this.#share();
    return call;
  }

  /** Ends a call that has no result yet. */
  cancel(functionName: string, call: Call, options: { terminateContainers?: boolean } = {}): void {
    this.#pool(functionName).cancel(call, options.terminateContainers ?? false);
  }

  /** Cancels every call and ends every container. Resolves when the last one is gone. */
  async close(): Promise<void> {
    await Promise.all([...this.#pools.values()].map((pool) => pool.close()));
  }

  /** Lets each pool take room; where one still needs some, an idle container of another gives way. */
  #share(): void {
    const pools = [...this.#pools.values()];
    for (const pool of pools) pool.scale();
    for (const pool of pools) {
      const obstacle = pool.wantsRoom ? this.#budget.obstacle(pool.fn) : undefined;
      if (obstacle !== 'cpu' && obstacle !== 'memory') continue;
      if (pools.some((other) => other !== pool && other.endIdle())) return;
    }
  }

  #pool(functionName: string): FunctionPool {
    const pool = this.#pools.get(functionName);
    if (pool === undefined) throw new BugError(`no function ${functionName} in this app`);
    return pool;
  }
}
