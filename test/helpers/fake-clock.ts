/**
 * A clock that stands still until a test moves it.
 */
import type { Cancel, Clock } from '../../src/shared/clock.ts';

export class FakeClock implements Clock {
  #now = 0;
  readonly #timers: { due: number; callback: () => void }[] = [];

  now(): number {
    return this.#now;
  }

  after(delayMs: number, callback: () => void): Cancel {
    const timer = { due: this.#now + delayMs, callback };
    this.#timers.push(timer);
    return () => {
      const index = this.#timers.indexOf(timer);
      if (index !== -1) this.#timers.splice(index, 1);
    };
  }

  /** Moves on, calling what falls due on the way, in order. */
  advance(ms: number): void {
    const end = this.#now + ms;
    for (;;) {
      const [next] = this.#timers.filter((timer) => timer.due <= end).sort((a, b) => a.due - b.due);
      if (next === undefined) break;
      this.#timers.splice(this.#timers.indexOf(next), 1);
      this.#now = next.due;
      next.callback();
    }
    this.#now = end;
  }

  /** Timers that are still set. */
  get pending(): number {
    return this.#timers.length;
  }
}
