import { describe, expect, it } from 'vitest';
import { StdioDemux, type StdioStream } from '../../../../../src/runtime/containers/docker/stdio-demux.ts';

/** One frame as Docker writes it. */
function frame(stream: number, payload: string | Buffer): Buffer {
  const body = Buffer.from(payload);
  const header = Buffer.alloc(8);
  header[0] = stream;
  header.writeUInt32BE(body.length, 4);
  return Buffer.concat([header, body]);
}

/** What comes out of chunks: the bytes of each stream, and the order of streams. */
function demuxed(chunks: readonly Buffer[]) {
  const streams: Record<StdioStream, Buffer[]> = { stdout: [], stderr: [], 'system-error': [] };
  const pieces: { stream: StdioStream; bytes: Buffer }[] = [];
  const demux = new StdioDemux((stream, bytes) => {
    streams[stream].push(bytes);
    pieces.push({ stream, bytes });
  });
  const accepted = chunks.every((chunk) => demux.push(chunk));
  const order = pieces.map((piece) => piece.stream).filter((stream, index, all) => stream !== all[index - 1]);
  return {
    accepted,
    pieces,
    order,
    stdout: Buffer.concat(streams.stdout).toString(),
    stderr: Buffer.concat(streams.stderr).toString(),
    systemError: Buffer.concat(streams['system-error']).toString(),
  };
}

const WIRE = Buffer.concat([
  frame(1, 'one'),
  frame(2, 'two'),
  frame(1, ''),
  frame(1, 'three'),
  frame(0, '4'),
  frame(3, 'no'),
]);
const WANT = {
  stdout: 'onethree4',
  stderr: 'two',
  systemError: 'no',
  order: ['stdout', 'stderr', 'stdout', 'system-error'],
};

describe('StdioDemux', () => {
  it('tells the streams apart wherever the wire is cut in two', () => {
    for (let at = 0; at <= WIRE.length; at++) {
      expect(demuxed([WIRE.subarray(0, at), WIRE.subarray(at)]), `cut at ${at}`).toMatchObject(WANT);
    }
  });

  it('tells the streams apart wherever the wire is cut in three', () => {
    for (let first = 0; first <= WIRE.length; first++) {
      for (let second = first; second <= WIRE.length; second++) {
        const chunks = [WIRE.subarray(0, first), WIRE.subarray(first, second), WIRE.subarray(second)];
        expect(demuxed(chunks), `cut at ${first} and ${second}`).toMatchObject(WANT);
      }
    }
  });

  it('takes bytes one by one', () => {
    expect(demuxed([...WIRE].map((byte) => Buffer.from([byte])))).toMatchObject(WANT);
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8])('keeps random frames in random chunks whole (seed %i)', (seed) => {
    const random = randomNumbers(seed);
    const frames = Array.from({ length: 200 }, () => ({
      stream: 1 + (random() % 2),
      payload: Buffer.alloc(random() % 5_000, 97 + (random() % 26)),
    }));
    const wire = Buffer.concat(frames.map(({ stream, payload }) => frame(stream, payload)));
    const chunks: Buffer[] = [];
    for (let at = 0; at < wire.length; ) {
      const end = at + 1 + (random() % (random() % 3 === 0 ? 12 : 9_000));
      chunks.push(wire.subarray(at, end));
      at = end;
    }
    const payloads = (stream: number) =>
      Buffer.concat(frames.filter((one) => one.stream === stream).map((one) => one.payload)).toString();
    const result = demuxed(chunks);
    expect(result.stdout === payloads(1), 'stdout').toBe(true);
    expect(result.stderr === payloads(2), 'stderr').toBe(true);
    expect(result.pieces.every(({ bytes }) => bytes.length > 0)).toBe(true);
  });

  it('passes on a large frame piece by piece, without a copy', () => {
    const wire = frame(1, Buffer.alloc(1_000_000, 'x'));
    const chunks = [wire.subarray(0, 400_000), wire.subarray(400_000)];
    const { pieces } = demuxed(chunks);
    expect(pieces.map(({ bytes }) => bytes.length)).toEqual([399_992, 600_008]);
    for (const { bytes } of pieces) expect(bytes.buffer).toBe(wire.buffer);
  });

  it('refuses what is not framed by Docker', () => {
    expect(demuxed([frame(1, 'fine'), Buffer.from('plain text of a terminal')])).toMatchObject({
      accepted: false,
      stdout: 'fine',
    });
  });
});

/** A repeatable sequence of numbers (mulberry32). */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
}
