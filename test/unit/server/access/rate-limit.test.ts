import { describe, expect, it } from 'vitest';
import { RateLimit } from '../../../../src/server/access/rate-limit.ts';

describe('a rate limit', () => {
  it('lets a burst through, then one try for each refill', () => {
    let now = 0;
    const limit = new RateLimit({ burst: 3, refillMs: 1_000, now: () => now });
    expect([1, 2, 3, 4].map(() => limit.take('a'))).toEqual([0, 0, 0, 1_000]);
    now = 400;
    expect(limit.take('a')).toBe(600);
    now = 1_000;
    expect([limit.take('a'), limit.take('a')]).toEqual([0, 1_000]);
    now = 100_000;
    expect([1, 2, 3, 4].map(() => limit.take('a'))).toEqual([0, 0, 0, 1_000]);
  });

  it('counts each place by itself', () => {
    const limit = new RateLimit({ burst: 1, refillMs: 1_000, now: () => 0 });
    expect([limit.take('a'), limit.take('b'), limit.take('a')]).toEqual([0, 0, 1_000]);
  });

  it('forgets no place that has tries missing, however many others come', () => {
    let now = 0;
    const limit = new RateLimit({ burst: 1, refillMs: 1_000, now: () => now });
    for (let place = 0; place < 20_000; place++) limit.take(`old ${place}`);
    now = 1_000;
    limit.take('a');
    for (let place = 0; place < 20_000; place++) limit.take(`new ${place}`);
    expect(limit.take('a')).toBe(1_000);
    expect(limit.take('old 1')).toBe(0);
  });
});
