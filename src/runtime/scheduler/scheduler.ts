/**
 * Calls in, outcomes out: pools made on demand, all within one host's room.
 *
 * It routes calls to pools and shares the host between them. Everything about containers of one pool is in
 * function-pool.ts.
 */
import type { ContainerEvent, WaitEvent } from '../../protocol/control-plane.ts';
import type { Clock } from '../../shared/clock.ts';
import type { Call } from './call.ts';
import type { Lifetime } from './crash-breaker.ts';
import { deadlocked } from './deadlock.ts';
import { FunctionPool, type PoolPorts } from './function-pool.ts';
import { HostBudget, type HostRoom, type NoRoom } from './host-budget.ts';
import type { Launcher, PoolSpec } from './ports.ts';

export interface SchedulerOptions {
  readonly launcher: Launcher;
  readonly clock: Clock;
  readonly capacity: HostRoom;
  /** Default: `ephemeral`. */
  readonly lifetime?: Lifetime;
  /** Told when calls wait for long, once for each reason. */
  onWait?(event: WaitEvent): void;
  /** Told what becomes of containers. */
  onContainer?(event: ContainerEvent): void;
}

/** Pools before those without calls and containers are looked for. */
const FIRST_SWEEP = 64;

export class Scheduler {
  readonly #pools = new Map<string, FunctionPool>();
  /** Pools that could use more room than they got. */
  readonly #hungry = new Set<FunctionPool>();
  readonly #budget: HostBudget;
  readonly #ports: PoolPorts;
  #sharing = false;
  #closed = false;
  #sweepAt = FIRST_SWEEP;
  /** Containers of pools that were forgotten. */
  #launched = 0;

  constructor(options: SchedulerOptions) {
    const { launcher, clock, capacity, lifetime = 'ephemeral' } = options;
    this.#budget = new HostBudget(capacity);
    this.#ports = {
      launcher,
      clock,
      budget: this.#budget,
      lifetime,
      onRoom: (pool) => {
        if (pool.wantsRoom) this.#hungry.add(pool);
        this.#share();
      },
      onWait: (event) => options.onWait?.(event),
      onContainer: (event) => options.onContainer?.(event),
      resolveDeadlock: (pool) => this.#resolveDeadlock(pool),
    };
  }

  /** Containers started so far. */
  get launched(): number {
    return [...this.#pools.values()].reduce((sum, pool) => sum + pool.containers.launched, this.#launched);
  }

  /** All pools, those that end included. */
  get pools(): Iterable<FunctionPool> {
    return this.#pools.values();
  }

  /** The pool of a key, made where there is none. Without `open`, it starts what it keeps without calls later. */
  pool(spec: PoolSpec, { open = true } = {}): FunctionPool {
    const known = this.#pools.get(spec.key);
    if (known !== undefined) return known;
    if (this.#pools.size >= this.#sweepAt) this.#sweep();
    const pool = new FunctionPool(spec, this.#ports);
    this.#pools.set(spec.key, pool);
    if (this.#closed) void pool.close();
    else if (open) pool.open();
    void pool.ending.emptied.then(() => this.#forget(pool));
    return pool;
  }

  /** Accepts a call with encoded arguments; it tells its outcome once. */
  submit(pool: FunctionPool, call: Call): void {
    const { home } = pool;
    home.submit(call);
    if (home.wantsRoom && !this.#hungry.has(home)) {
      this.#hungry.add(home);
      this.#share();
    }
  }

  /** Cancels every call and ends every container. Resolves when the last one is gone. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#pools.values()].map((pool) => pool.close()));
  }

  /** Forgets pools that nothing is in. There is one for each set of parameters, and there may be very many of those. */
  #sweep(): void {
    for (const pool of this.#pools.values()) {
      if (!pool.disposable) continue;
      pool.forgotten = true;
      this.#forget(pool);
    }
    this.#sweepAt = Math.max(FIRST_SWEEP, this.#pools.size * 2);
  }

  #forget(pool: FunctionPool): void {
    if (this.#closed || this.#pools.get(pool.key) !== pool) return;
    this.#launched += pool.containers.launched;
    this.#pools.delete(pool.key);
    this.#hungry.delete(pool);
  }

  /** Lets each pool take room; where one still needs some, a container of another that rests gives way. */
  #share(): void {
    if (this.#sharing || this.#hungry.size === 0) return;
    this.#sharing = true;
    try {
      for (const pool of this.#hungry) {
        pool.serve();
        if (!pool.wantsRoom) this.#hungry.delete(pool);
      }
      for (const pool of this.#hungry) {
        const obstacle = this.#obstacle(pool);
        if (obstacle !== 'cpu' && obstacle !== 'memory') continue;
        for (const other of this.#pools.values()) {
          if (other !== pool && other.containers.giveWay(obstacle)) return;
        }
        // A frozen container of its own is of no use without the memory or CPU that it lacks.
      }
    } finally {
      this.#sharing = false;
    }
  }

  #obstacle(pool: FunctionPool): NoRoom | undefined {
    if (pool.containers.frozen > 0) return this.#budget.thawObstacle(pool.fn);
    return this.#budget.obstacle(pool.fn);
  }

  /** Fails the first call of a pool that waits for a container which only its own result could free. */
  #resolveDeadlock(suspect: FunctionPool): void {
    const candidates = this.#poolsAtLimit();
    if (!candidates.some(({ pool }) => pool === suspect)) return;
    const found = deadlocked(candidates).find(({ pool }) => pool === suspect);
    const call = found?.waiting.find(({ awaited }) => awaited);
    if (found === undefined || call === undefined) return;
    call.fail({ kind: 'deadlock', obstacle: found.obstacle });
    suspect.queue.forget();
  }

  #poolsAtLimit() {
    const pools = [...this.#pools.values()];
    if (pools.some(({ containers }) => containers.starting > 0)) return [];
    const everything = pools.flatMap((pool) => runningIn(pool));
    return pools.flatMap((pool) => {
      if (pool.queue.length === 0) return [];
      const waiting = [...pool.queue];
      if (pool.containers.full) {
        const obstacle = `maxContainers ${pool.fn.maxContainers}`;
        return [{ pool, waiting, obstacle, running: runningIn(pool) }];
      }
      const obstacle = this.#obstacle(pool);
      const { cpus, memoryMiB } = this.#budget.capacity;
      if (obstacle === 'cpu') return [{ pool, waiting, obstacle: `${cpus} CPUs`, running: everything }];
      if (obstacle !== 'memory') return [];
      return [{ pool, waiting, obstacle: `${memoryMiB} MiB of memory`, running: everything }];
    });
  }
}

function runningIn(pool: FunctionPool): Call[] {
  return [...pool.containers.all].flatMap((slot) => [...slot.calls]);
}
