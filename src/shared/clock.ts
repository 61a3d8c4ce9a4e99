/**
 * Time as a port, so that schedulers run under a fake clock in tests.
 *
 * `now` is monotonic and in milliseconds; it says nothing about the date.
 */

/** Cancels what it was returned for. Calling it again does nothing. */
export type Cancel = () => void;

export interface Clock {
  /** Monotonic milliseconds, with a fraction. */
  now(): number;
  /** Calls back once after `delayMs`. Never keeps the process alive by itself. */
  after(delayMs: number, callback: () => void): Cancel;
}

/** The machine's own clock. */
export const systemClock: Clock = {
  now: () => performance.now(),
  after(delayMs, callback) {
    const timer = setTimeout(callback, delayMs);
    timer.unref?.();
    return () => clearTimeout(timer);
  },
};
