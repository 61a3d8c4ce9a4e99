import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { encodeHail, type Hail, HailFinder } from '../../../src/protocol/resync-mark.ts';

const MARK = randomBytes(32);
const HAIL: Hail = { nonce: '00112233445566ff', phase: 'hail' };
const BEGIN: Hail = { nonce: '00112233445566ff', phase: 'begin' };

/** What is found in chunks: bytes as text, and hails. */
function findIn(chunks: readonly Buffer[]): (string | Hail)[] {
  const found: (string | Hail)[] = [];
  const finder = new HailFinder(
    MARK,
    (bytes) => {
      const last = found.at(-1);
      if (typeof last === 'string') found[found.length - 1] = last + bytes.toString('latin1');
      else found.push(bytes.toString('latin1'));
    },
    (hail) => found.push(hail),
  );
  for (const chunk of chunks) finder.push(chunk);
  return found;
}

const stream = Buffer.concat([
  Buffer.from('before'),
  encodeHail(MARK, HAIL),
  Buffer.from('amid'),
  encodeHail(MARK, BEGIN),
  Buffer.from('after'),
]);

describe('a hail', () => {
  it('is told from what is before and after it', () => {
    expect(findIn([stream])).toEqual(['before', HAIL, 'amid', BEGIN, 'after']);
  });

  it('is found in two pieces, wherever it is cut', () => {
    for (let at = 0; at <= stream.length; at++) {
      const found = findIn([stream.subarray(0, at), stream.subarray(at)]);
      expect(found.filter((each) => typeof each !== 'string')).toEqual([HAIL, BEGIN]);
      expect(found.at(-1)).toBe('after');
      expect(String(found[0]).startsWith('before')).toBe(true);
    }
  });

  it.each([1, 2, 5, 7, 31, 32, 40, 41])('is found in pieces of %i bytes', (size) => {
    const pieces = Array.from({ length: Math.ceil(stream.length / size) }, (_, index) =>
      stream.subarray(index * size, (index + 1) * size),
    );
    const found = findIn(pieces);
    expect(found.filter((each) => typeof each !== 'string')).toEqual([HAIL, BEGIN]);
    expect(found.at(-1)).toBe('after');
  });

  it('of another container is none', () => {
    const other = encodeHail(randomBytes(32), HAIL);
    expect(findIn([other])).toEqual([other.toString('latin1')]);
  });

  it('may come twice in a row', () => {
    expect(findIn([Buffer.concat([encodeHail(MARK, HAIL), encodeHail(MARK, BEGIN)])])).toEqual([HAIL, BEGIN]);
  });
});
