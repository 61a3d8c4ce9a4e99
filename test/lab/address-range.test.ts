import { describe, expect, it } from 'vitest';
import { overlaps, pickRange } from './address-range.ts';

describe('pickRange', () => {
  it('takes the first range on a machine that uses none of them', () => {
    expect(pickRange(['default', '192.168.1.0/24', '127.0.0.0/8']).subnet).toBe('10.170.0.0/16');
  });

  it.each([
    { name: 'a route', used: '10.170.128.0/24' },
    { name: 'an address', used: '10.170.3.4' },
    { name: 'a name server beside a larger route', used: '10.170.255.53' },
  ])('avoids a range that holds $name', ({ used }) => {
    expect(pickRange([used]).octet).toBe(171);
  });

  it('says so when a route holds all of them', () => {
    expect(() => pickRange(['10.0.0.0/8'])).toThrow('no free');
  });
});

describe('overlaps', () => {
  it.each([
    ['10.170.0.0/16', '10.170.5.0/24', true],
    ['10.170.5.0/24', '10.170.0.0/16', true],
    ['10.170.0.0/16', '10.171.0.0/16', false],
    ['10.170.0.0/16', '0.0.0.0/0', false],
    ['10.170.0.0/16', 'fd00::/64', false],
    ['10.170.0.0/16', 'DOCKER', false],
  ])('%s and %s: %s', (left, right, expected) => {
    expect(overlaps(left, right)).toBe(expected);
  });
});
