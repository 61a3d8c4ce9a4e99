/**
 * Counts how many containers a pool lacks, by what its calls and its starts took so far: feeds autoscaler.ts.
 *
 * It starts nothing.
 */
import { desiredContainers, runningMean } from './autoscaler.ts';
import type { Dispatcher } from './dispatcher.ts';
import type { PoolContainers } from './pool-containers.ts';

/** What a start is thought to take before the first one was seen. */
const FIRST_START_MS = 250;

export class PoolSize {
  readonly #containers: PoolContainers;
  readonly #dispatcher: Dispatcher;
  #startMs: number | undefined;

  constructor(containers: PoolContainers, dispatcher: Dispatcher) {
    this.#containers = containers;
    this.#dispatcher = dispatcher;
  }

  /** A start took that long. */
  started(ms: number): void {
    this.#startMs = runningMean(this.#startMs, ms);
  }

  /** Calls per container are to be fewer than it can take: handing one out may be a reason to start another. */
  get outgrows(): boolean {
    const { concurrent, bufferContainers } = this.#containers.fn;
    return concurrent.targetInputs < concurrent.maxInputs || bufferContainers > 0;
  }

  get wantsMore(): boolean {
    const { alive, fn } = this.#containers;
    return this.#dispatcher.queue.length > 0 || this.outgrows || alive < fn.minContainers;
  }

  /** Containers that the calls are worth, beside those that are there. */
  get missing(): number {
    const { queue, averageCallMs } = this.#dispatcher;
    // Those in containers that leave need no other.
    const dispatched = this.#dispatcher.dispatched - this.#containers.leavingCalls;
    const startMs = this.#startMs ?? FIRST_START_MS;
    const snapshot = { queued: queue.length, dispatched, averageCallMs, startMs };
    return desiredContainers(this.#containers.fn, snapshot) - this.#containers.alive;
  }
}
