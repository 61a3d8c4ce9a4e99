import { describe, expect, it } from 'vitest';
import { LineAssembler, MOST_BYTES, PATIENCE_MS } from '../../../../src/runtime/logs/line-assembler.ts';
import type { LineOrigin } from '../../../../src/runtime/logs/log-line.ts';
import { FakeClock } from '../../../helpers/fake-clock.ts';

const ORIGIN: LineOrigin = { environment: 'main', app: 'shop', containerId: 'ct-1', source: 'stdout' };

function assembler() {
  const clock = new FakeClock();
  const lines: string[] = [];
  const made = new LineAssembler(clock, ({ callId = '' }, text) => lines.push(callId + text));
  const print = (text: string | Uint8Array, origin: Partial<LineOrigin> = {}) =>
    made.push({ ...ORIGIN, ...origin }, Buffer.from(text as string));
  return { clock, lines, made, print };
}

describe('LineAssembler', () => {
  it('joins pieces to lines, and cuts pieces into lines', () => {
    const { lines, print } = assembler();
    for (const piece of ['on', 'e\ntwo\n\nth', 'ree\r\nfour']) print(piece);
    expect(lines).toEqual(['one', 'two', '', 'three']);
  });

  it('keeps what calls of one container print at the same time apart', () => {
    const { lines, print } = assembler();
    print('a', { callId: '1:' });
    print('b', { callId: '2:' });
    print('c', { callId: '2:', source: 'stderr' });
    for (const callId of ['1:', '2:']) print('!\n', { callId });
    expect(lines).toEqual(['1:a!', '2:b!']);
  });

  it('gives out the beginning of a line that waits for its rest, counted from its first piece', () => {
    const { clock, lines, print, made } = assembler();
    print('Password');
    clock.advance(PATIENCE_MS / 2);
    print(': ');
    clock.advance(PATIENCE_MS / 2 - 1);
    expect(lines).toEqual([]);
    clock.advance(1);
    expect(lines).toEqual(['Password: ']);
    print('next');
    clock.advance(PATIENCE_MS);
    expect(lines).toEqual(['Password: ', 'next']);
    made.end();
    expect(clock.pending).toBe(0);
  });

  it('gives out what a container printed last when it ends, and nothing of others', () => {
    const { lines, print, made } = assembler();
    print('dying words');
    print('still here', { containerId: 'ct-2' });
    made.ended('ct-1');
    expect(lines).toEqual(['dying words']);
    made.end();
    expect(lines).toEqual(['dying words', 'still here']);
  });

  it('cuts no character, neither between pieces nor in a line that is too long', () => {
    const { lines, print, made } = assembler();
    const bytes = Buffer.from(`x${'€'.repeat(MOST_BYTES)}\n`);
    for (let at = 0; at < bytes.length; at += 1_000) print(bytes.subarray(at, at + 1_000));
    made.end();
    expect(lines.length).toBeGreaterThan(2);
    expect(lines.every((line) => Buffer.byteLength(line) <= MOST_BYTES)).toBe(true);
    expect(lines.join('')).toBe(`x${'€'.repeat(MOST_BYTES)}`);
  });

  it('does not hold on to the large piece that a short rest came in', () => {
    const { lines, print, made } = assembler();
    const piece = Buffer.from('line\nrest');
    print(piece);
    piece.fill('#');
    made.end();
    expect(lines).toEqual(['line', 'rest']);
  });
});
