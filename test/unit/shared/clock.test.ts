import { expect, it } from 'vitest';
import { systemClock } from '../../../src/shared/clock.ts';

it('never calls back before its time, also for parts of a millisecond', async () => {
  const early = await Promise.all(
    Array.from({ length: 500 }, (_, index) => {
      const delayMs = 1 + index * 0.13;
      const due = systemClock.now() + delayMs;
      // The clock's timers keep no process alive.
      const alive = setInterval(() => {}, 1_000);
      return new Promise<number>((resolve) => {
        systemClock.after(delayMs, () => {
          clearInterval(alive);
          resolve(due - systemClock.now());
        });
      });
    }),
  );
  expect(early.filter((ms) => ms > 0)).toEqual([]);
});

it('does not call back after it was cancelled', async () => {
  let called = 0;
  systemClock.after(1, () => called++)();
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(called).toBe(0);
});
