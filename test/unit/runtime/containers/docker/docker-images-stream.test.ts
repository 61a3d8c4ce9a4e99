import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import {
  engineMessages,
  failureIn,
  linesOf,
} from '../../../../../src/runtime/containers/docker/docker-images-stream.ts';

describe('linesOf', () => {
  it('joins what chunks have cut, inside a character too', async () => {
    const bytes = Buffer.from('one €\r\n\ntwo\nrest');
    const chunks = Array.from(bytes, (byte) => Buffer.from([byte]));
    expect(await Array.fromAsync(linesOf(Readable.from(chunks)))).toEqual(['one €', 'two', 'rest']);
  });

  it('rejects where the stream breaks', async () => {
    const stream = new Readable({ read() {} });
    stream.push('one\n');
    stream.destroy(new Error('gone'));
    await expect(Array.fromAsync(linesOf(stream))).rejects.toThrow('gone');
  });
});

describe('engineMessages', () => {
  it('reads one object per line', async () => {
    const stream = Readable.from([
      Buffer.from('{"status":"a"}\r\n{"id":"b",'),
      Buffer.from('"status":"c"}\n'),
    ]);
    expect(await Array.fromAsync(engineMessages(stream))).toEqual([
      { status: 'a' },
      { id: 'b', status: 'c' },
    ]);
  });
});

describe('failureIn', () => {
  it.each([
    { message: { error: 'old', errorDetail: { message: 'old' } }, want: 'old' },
    { message: { errorDetail: { message: 'new' } }, want: 'new' },
    { message: { error: 'bare' }, want: 'bare' },
    { message: { status: 'fine' }, want: undefined },
  ])('reads $message', ({ message, want }) => {
    expect(failureIn(message)).toBe(want);
  });
});
