/**
 * One container as its pool sees it: its state, and the calls it holds in order.
 *
 * It keeps the clock of the running call: the deadline is enforced here, from outside, so that code which
 * blocks its event loop cannot escape it.
 *
 * Invariants
 * - the first of `held` runs, the others have not begun: the runner serves in order
 * - one timer per container, however many calls pass through
 */
import type { Cancel, Clock } from '../../shared/clock.ts';
import type { Call } from './call.ts';
import type { Answer, Runner } from './ports.ts';

export type SlotState = 'starting' | 'ready' | 'ending';

export class ContainerSlot {
  state: SlotState = 'starting';
  /** Set by the pool once launched. */
  runner!: Runner;
  /** Why the pool ended it, where it did; then its end blames no call. */
  endedFor: 'timeout' | 'cancel' | 'idle' | 'close' | 'startup-timeout' | undefined;
  readonly launchedAt: number;
  /** When it last became idle. */
  idleSince: number;
  readonly #clock: Clock;
  readonly #timeoutMs: number;
  readonly #onDeadline: (slot: ContainerSlot) => void;
  #held: Call[] = [];
  #headStartedAt = 0;
  #timer: Cancel | undefined;

  constructor(clock: Clock, timeoutMs: number, onDeadline: (slot: ContainerSlot) => void) {
    this.#clock = clock;
    this.#timeoutMs = timeoutMs;
    this.#onDeadline = onDeadline;
    this.launchedAt = clock.now();
    this.idleSince = this.launchedAt;
  }

  get held(): readonly Call[] {
    return this.#held;
  }

  get idle(): boolean {
    return this.state === 'ready' && this.#held.length === 0;
  }

  /** Hands it a call. */
  dispatch(call: Call): void {
    const first = this.#held.length === 0;
    call.dispatched(first);
    this.#held.push(call);
    if (first) this.#headStarted();
    this.runner.submit({ number: call.number, id: call.id, attempt: call.attempts, payload: call.payload });
  }

  /** Takes out the call that an answer is for; the next one runs now. Undefined for a late answer. */
  answered(answer: Answer): Call | undefined {
    const index = this.#held[0]?.number === answer.number ? 0 : this.#indexOf(answer.number);
    if (index === -1) return undefined;
    const [call] = index === 0 ? [this.#held.shift()] : this.#held.splice(index, 1);
    const head = this.#held[0];
    if (head === undefined) this.idleSince = this.#clock.now();
    else if (index === 0) {
      this.#headStarted();
      if (!head.settled) head.reachedHead();
    }
    return call;
  }

  /** Empties it: the call that ran, and those that had not begun. */
  takeAll(): { running: Call | undefined; waiting: Call[] } {
    const [running, ...waiting] = this.#held;
    this.#held = [];
    this.#timer?.();
    this.#timer = undefined;
    return { running, waiting };
  }

  #indexOf(number: number): number {
    return this.#held.findIndex((call) => call.number === number);
  }

  #headStarted(): void {
    this.#headStartedAt = this.#clock.now();
    if (this.#timer === undefined) this.#arm(this.#timeoutMs);
  }

  /** The timer is not moved with each call: when it goes off early, it is set again for the call that runs then. */
  #arm(delayMs: number): void {
    this.#timer = this.#clock.after(delayMs, () => {
      this.#timer = undefined;
      if (this.#held.length === 0) return;
      const left = this.#headStartedAt + this.#timeoutMs - this.#clock.now();
      if (left > 0) this.#arm(left);
      else this.#onDeadline(this);
    });
  }
}
