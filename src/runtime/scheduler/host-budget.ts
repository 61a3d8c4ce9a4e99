/**
 * Keeps what running containers ask for within what the host has, and starts within what its cores bear.
 *
 * Admission by requests (`cpu`, `memoryMiB`), not by use. A container that asks for more than the whole
 * host still runs, alone: refusing it for ever would help nobody. A frozen container holds its memory and no CPU.
 */

/** What the host has. */
export interface HostRoom {
  readonly cpus: number;
  readonly memoryMiB: number;
}

/** What one container asks for. */
export interface ResourceRequest {
  readonly cpu: number;
  readonly memoryMiB: number;
}

/** Why a container cannot start now. */
export type NoRoom = 'cpu' | 'memory' | 'starts';

/** Starts at a time per core: a start costs about 0.1 s of CPU, and half of its time is waiting. */
const STARTS_PER_CPU = 2;
/** Sums of fractions like 0.125 are exact in binary; the margin is for those like 0.1. */
const MARGIN = 1e-9;

export class HostBudget {
  readonly capacity: HostRoom;
  #cpu = 0;
  #memoryMiB = 0;
  #containers = 0;
  #frozen = 0;
  #starting = 0;

  constructor(capacity: HostRoom) {
    this.capacity = capacity;
  }

  /** What stands in the way of one more container, or undefined where it fits. */
  obstacle(request: ResourceRequest): NoRoom | undefined {
    if (this.#starting >= Math.max(1, Math.floor(this.capacity.cpus * STARTS_PER_CPU))) return 'starts';
    if (this.#containers === 0) return undefined;
    if (this.#memoryMiB + request.memoryMiB > this.capacity.memoryMiB) return 'memory';
    return this.thawObstacle(request);
  }

  /** What stands in the way of letting a frozen container go on. */
  thawObstacle({ cpu }: ResourceRequest): 'cpu' | undefined {
    if (this.#containers - this.#frozen === 0) return undefined;
    return this.#cpu + cpu > this.capacity.cpus + MARGIN ? 'cpu' : undefined;
  }

  /** Takes the room of a container that begins to start. */
  take(request: ResourceRequest): void {
    this.#containers++;
    this.#starting++;
    this.#cpu += request.cpu;
    this.#memoryMiB += request.memoryMiB;
  }

  /** The container has started, well or not. */
  started(): void {
    this.#starting--;
  }

  /** It halts, and gives its CPU back. */
  freeze({ cpu }: ResourceRequest): void {
    this.#frozen++;
    this.#cpu -= cpu;
  }

  /** It goes on. */
  thaw({ cpu }: ResourceRequest): void {
    this.#frozen--;
    this.#cpu += cpu;
  }

  /** Gives the room back; of a container that is not frozen. */
  release(request: ResourceRequest): void {
    this.#containers--;
    this.#cpu -= request.cpu;
    this.#memoryMiB -= request.memoryMiB;
  }
}
