/**
 * Notices a container that somebody halted or took away while it runs calls.
 *
 * While calls run, it asks the runner for a sign of life every few seconds. One that stays silent either runs code that
 * blocks its event loop, which the deadlines of its calls take care of, or is no longer there: the backend tells which.
 *
 * Invariants
 * - no timer while no call runs
 * - a container that the backend calls running is never given up, however long it is silent
 */
import type { Cancel, Clock } from '../../shared/clock.ts';
import type { ContainerState } from '../containers/container-backend.ts';

/** How often a sign of life is asked for, in ms. */
export const PING_EVERY_MS = 3000;
/** How long it may take before the backend is asked, in ms. */
export const SILENT_MS = 6000;

export interface HeartbeatPorts {
  readonly clock: Clock;
  ping(nonce: number): void;
  /** How the container stands, by its backend. */
  probe(): Promise<ContainerState>;
  /** It is not coming back; `reason` says why. */
  onLost(reason: string): void;
}

export class Heartbeat {
  readonly #ports: HeartbeatPorts;
  #busy = false;
  #timer: Cancel | undefined;
  #nonce = 0;
  /** Since when an answer is missing. */
  #askedAt: number | undefined;

  constructor(ports: HeartbeatPorts) {
    this.#ports = ports;
  }

  /** Whether it runs calls now. */
  watch(busy: boolean): void {
    this.#busy = busy;
    if (busy && this.#timer === undefined) this.#arm();
  }

  /** Something came from the runner. */
  heard(): void {
    this.#askedAt = undefined;
  }

  stop(): void {
    this.#busy = false;
    this.#timer?.();
    this.#timer = undefined;
  }

  #arm(): void {
    this.#timer = this.#ports.clock.after(PING_EVERY_MS, () => {
      this.#timer = undefined;
      void this.#beat();
    });
  }

  async #beat(): Promise<void> {
    if (!this.#busy) {
      this.#askedAt = undefined;
      return;
    }
    const now = this.#ports.clock.now();
    if (this.#askedAt === undefined) {
      this.#askedAt = now;
      this.#ports.ping(++this.#nonce);
    } else if (now - this.#askedAt >= SILENT_MS) {
      // An engine that cannot be asked says nothing about the container: it is asked again.
      const state = await this.#ports.probe().catch(() => 'running' as const);
      if (!this.#busy) return;
      if (state !== 'running' && this.#askedAt !== undefined) return this.#ports.onLost(REASONS[state]);
    }
    if (this.#timer === undefined) this.#arm();
  }
}

const REASONS = { frozen: 'it was frozen from outside', gone: 'it is not there any more' } as const;
