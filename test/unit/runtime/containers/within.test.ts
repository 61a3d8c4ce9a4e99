import { describe, expect, it, vi } from 'vitest';
import { within } from '../../../../src/runtime/containers/within.ts';

describe('within', () => {
  it('gives what the promise resolves to, and leaves no timer', async () => {
    vi.useFakeTimers();
    try {
      expect(await within(Promise.resolve('here'), 1_000)).toBe('here');
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });

  it('gives undefined when the time is over', async () => {
    vi.useFakeTimers();
    try {
      const waiting = within(new Promise(() => {}), 1_000);
      await vi.advanceTimersByTimeAsync(999);
      expect(vi.getTimerCount()).toBe(1);
      await vi.advanceTimersByTimeAsync(1);
      expect(await waiting).toBeUndefined();
    } finally {
      vi.useRealTimers();
    }
  });

  it('fails with the promise', async () => {
    await expect(within(Promise.reject(new Error('broken')), 1_000)).rejects.toThrow('broken');
  });
});
