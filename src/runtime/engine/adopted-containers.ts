/**
 * Takes back the containers that an earlier process of the server left running, and finds calls in them.
 *
 * A call that an earlier process accepted is looked for here before it is begun: it may run in such a container, or have its
 * answer there. While a container of its function has not said yet what it holds, the call waits.
 *
 * Invariants
 * - a call that is in a container is never begun a second time
 */
import type { AdoptableContainer } from '../containers/container-backend.ts';
import type { Scheduler } from '../scheduler/scheduler.ts';
import { AdoptedContainer } from './adopted-container.ts';
import type { CallFinder, DeskEntry } from './call-desk.ts';
import type { LauncherOptions } from './container-launcher.ts';
import type { TargetPools } from './target-pools.ts';

export class AdoptedContainers implements CallFinder {
  readonly #launcher: LauncherOptions;
  readonly #scheduler: Scheduler;
  /** Containers that have not said yet what they hold. */
  readonly #silent = new Set<AdoptedContainer>();
  readonly #known = new Set<AdoptedContainer>();
  /** Calls that may be in a silent one. */
  #waiting: DeskEntry[] = [];
  #allResumed = false;

  constructor(launcher: LauncherOptions, scheduler: Scheduler) {
    this.#launcher = launcher;
    this.#scheduler = scheduler;
  }

  /** Begins to take containers back. */
  adopt(found: readonly AdoptableContainer[], pools: TargetPools): void {
    const ports = {
      launcher: this.#launcher,
      pools,
      timeoutMs: (functionName: string) => pools.timeoutMs(functionName),
      onKnown: (container: AdoptedContainer) => {
        this.#known.add(container);
        this.#noLongerSilent(container);
      },
      onGone: (container: AdoptedContainer) => {
        this.#known.delete(container);
        this.#noLongerSilent(container);
      },
    };
    const containers = found.map((each) => new AdoptedContainer(ports, each));
    for (const container of containers) this.#silent.add(container);
    for (const container of containers) void container.take();
  }

  take(entry: DeskEntry): boolean {
    if (this.#claim(entry)) return true;
    if (!this.#maybeIn(entry)) return false;
    this.#waiting.push(entry);
    return true;
  }

  /** Every call that was accepted before has been asked for. What is here besides has nobody who waits for it. */
  allResumed(): void {
    this.#allResumed = true;
    this.#release();
  }

  #claim(entry: DeskEntry): boolean {
    for (const container of this.#known) if (container.claim(entry)) return true;
    return false;
  }

  #maybeIn({ pool }: DeskEntry): boolean {
    for (const { functionName } of this.#silent) if (functionName === pool.fn.name) return true;
    return false;
  }

  #noLongerSilent(container: AdoptedContainer): void {
    if (!this.#silent.delete(container)) return;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const entry of waiting) {
      if (entry.call.settled || this.#claim(entry)) continue;
      if (this.#maybeIn(entry)) this.#waiting.push(entry);
      else this.#scheduler.submit(entry.pool, entry.call);
    }
    this.#release();
  }

  /** Calls that containers make, and make again after they were taken back, are asked for until the last has spoken. */
  #release(): void {
    if (!this.#allResumed || this.#silent.size > 0) return;
    // In a turn of its own: what the last one asks for comes right after it has spoken.
    setTimeout(() => {
      for (const container of this.#known) container.release();
    }, RELEASE_AFTER_MS).unref();
  }
}

/** How long after the last container spoke calls of other containers may still be asked for, in ms. */
const RELEASE_AFTER_MS = 10_000;
