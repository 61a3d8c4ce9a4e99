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
  /**
   * Calls back once, when `now` is `delayMs` further: never before, so that who asks the clock again in the callback
   * finds the time over. Never keeps the process alive by itself.
   */
  after(delayMs: number, callback: () => void): Cancel;
}

/** The machine's own clock. */
export const systemClock: Clock = {
  now: () => performance.now(),
  after(delayMs, callback) {
    const due = performance.now() + delayMs;
    let timer: NodeJS.Timeout;
    // Node's timers count whole milliseconds of a clock of their own, and so can be up to one early.
    const arm = (ms: number) => {
      timer = setTimeout(() => {
        const left = due - performance.now();
        if (left > 0) arm(left);
        else callback();
      }, Math.ceil(ms));
      timer.unref?.();
    };
    arm(delayMs);
    return () => clearTimeout(timer);
  },
};
