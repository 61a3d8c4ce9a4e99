import { describe, expect, it, vi } from 'vitest';
import { newId } from '../../../src/shared/ids.ts';

describe('newId', () => {
  it.each(['ap', 'fc', 'ct', 'im', 'tk'] as const)(
    'makes a %s of 22 characters after its prefix',
    (prefix) => {
      expect(newId(prefix)).toMatch(new RegExp(`^${prefix}-[0-9A-Za-z]{22}$`));
    },
  );

  it('makes ids that differ, of one millisecond too', () => {
    const ids = Array.from({ length: 20_000 }, () => newId('fc'));
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('makes ids of calls that sort by the millisecond they were made in', () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    try {
      const times = [0, 1, 61, 62, 3_843, 3_844, Date.UTC(2026, 0), Date.UTC(2026, 0) + 1, Date.UTC(8000, 0)];
      const ids = times.map((time) => {
        vi.setSystemTime(time);
        return newId('fc');
      });
      expect([...ids].sort((a, b) => (a < b ? -1 : 1))).toEqual(ids);
    } finally {
      vi.useRealTimers();
    }
  });
});
