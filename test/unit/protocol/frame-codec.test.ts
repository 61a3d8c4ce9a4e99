import { describe, expect, it } from 'vitest';
import { encodeFrame, FrameDecoder } from '../../../src/protocol/frame-codec.ts';
import {
  decodeMessage,
  type EngineMessage,
  encodeMessage,
  type RunnerMessage,
} from '../../../src/protocol/runner-messages.ts';

type Message = EngineMessage | RunnerMessage;

const MESSAGES: Message[] = [
  { type: 'hello', protocol: 1, runtime: 'node v24', pid: 7 },
  { type: 'ready' },
  { type: 'call', call: 1, id: 'fc-1', attempt: 2, method: '', payload: Buffer.from('args') },
  { type: 'call', call: 70_000, id: 'fc-2', attempt: 1, method: 'predict', payload: Buffer.alloc(0) },
  { type: 'succeeded', call: 1, durationUs: 5, payload: Buffer.alloc(20_000, 7) },
  { type: 'failed', call: 2, durationUs: 0, error: Buffer.from('e') },
  { type: 'log', call: 0, source: 'stderr', bytes: Buffer.from('line\n') },
  {
    type: 'init',
    protocol: 1,
    app: 'a',
    function: 'f',
    env: { TOKEN: 'x' },
    concurrency: 5,
    parameters: Buffer.from('[]'),
    external: ['sharp'],
    orphanMs: 86_400_000,
    memo: Buffer.from('m'),
    bundle: Buffer.from('code'),
  },
  {
    type: 'batch',
    method: '',
    calls: [4, 5],
    ids: ['fc-4', 'fc-5'],
    attempts: [1, 3],
    lengths: [2, 3],
    payloads: Buffer.from('aabbb'),
  },
  { type: 'credit', call: 4, count: 64 },
  { type: 'value', call: 4, payload: Buffer.from('v') },
  {
    type: 'invoke',
    request: 1,
    parent: 4,
    operation: 'submit',
    id: 'fc-6',
    target: { app: 'a', function: 'M', method: 'm', parameters: Buffer.from('p') },
    idempotencyKey: '',
    payload: Buffer.from('args'),
  },
  { type: 'invoke-value', request: 1, payload: Buffer.from('v') },
  { type: 'invoke-settled', request: 1, ok: true, payload: Buffer.alloc(0) },
  { type: 'invoke-cancel', request: 1, terminateContainers: false },
  { type: 'invoke-credit', request: 1, count: 3 },
  { type: 'cancel', call: 3 },
  { type: 'stop' },
  { type: 'acknowledge', calls: [1, 70_000] },
  {
    type: 'resumed',
    protocol: 3,
    accepting: true,
    lastCall: 9,
    running: [[7, 8]],
    waiting: [[9]],
    calls: [[7, 'fc-7', 1, 250]],
    memo: Buffer.from('m'),
  },
];

const wire = () => Buffer.concat(MESSAGES.flatMap((message) => encodeFrame(encodeMessage(message))));

function decodeIn(chunks: Iterable<Buffer>): Message[] {
  const messages: Message[] = [];
  const decoder = new FrameDecoder((head, tail) => messages.push(decodeMessage(head, Buffer.from(tail))));
  for (const chunk of chunks) decoder.push(chunk);
  return messages;
}

describe('frames', () => {
  it('carry every message both ways unchanged', () => {
    expect(decodeIn([wire()])).toEqual(MESSAGES);
  });

  it.each([1, 2, 3, 5, 6, 7, 64, 1000, 4096])('survive being cut into pieces of %i bytes', (size) => {
    const bytes = wire();
    const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) =>
      bytes.subarray(at * size, (at + 1) * size),
    );
    expect(decodeIn(chunks)).toEqual(MESSAGES);
  });

  it('survive one cut at any place', () => {
    const bytes = Buffer.concat(
      MESSAGES.slice(0, 4).flatMap((message) => encodeFrame(encodeMessage(message))),
    );
    for (let at = 0; at <= bytes.length; at++) {
      expect(decodeIn([bytes.subarray(0, at), bytes.subarray(at)])).toEqual(MESSAGES.slice(0, 4));
    }
  });

  it('do not copy a long tail to send it', () => {
    const payload = Buffer.alloc(1_000_000);
    const pieces = encodeFrame(encodeMessage({ type: 'succeeded', call: 1, durationUs: 1, payload }));
    expect(pieces.at(-1)).toBe(payload);
  });

  it('of an impossible length end the channel instead of filling the memory', () => {
    expect(() => decodeIn([Buffer.from('ffffffffffff', 'hex')])).toThrow('out of step');
  });

  it('with an unknown code are refused', () => {
    expect(() => decodeMessage(Buffer.from([0x91, 0x7f]), Buffer.alloc(0))).toThrow(
      'unknown message code 127',
    );
  });
});

describe('checked frames', () => {
  const frames = MESSAGES.map((message) => Buffer.concat(encodeFrame(encodeMessage(message), true)));

  /** The messages that come out, and how often the stream was found broken. */
  function decodeChecked(chunks: Iterable<Buffer>) {
    const messages: Message[] = [];
    let broken = 0;
    const decoder = new FrameDecoder(
      (head, tail) => messages.push(decodeMessage(head, Buffer.from(tail))),
      () => broken++,
    );
    for (const chunk of chunks) decoder.push(chunk);
    return { messages, broken, decoder };
  }

  it.each([1, 3, 6, 7, 11, 64, 4096, 1_000_000])(
    'come out as they went in, in pieces of %i bytes',
    (size) => {
      const bytes = Buffer.concat(frames);
      const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) =>
        bytes.subarray(at * size, (at + 1) * size),
      );
      expect(decodeChecked(chunks)).toMatchObject({ messages: MESSAGES, broken: 0 });
    },
  );

  it('are dropped where one byte is another, wherever it is, with all that follows', () => {
    const [first, second, third] = frames as [Buffer, Buffer, Buffer];
    for (let at = 0; at < second.length; at++) {
      const changed = Buffer.from(second);
      changed.writeUInt8(changed.readUInt8(at) ^ 0x40, at);
      const { messages } = decodeChecked([first, changed, third]);
      expect(messages).toEqual(MESSAGES.slice(0, 1));
    }
  });

  it('count again after a restart', () => {
    const [first, second] = frames as [Buffer, Buffer];
    const { messages, decoder } = decodeChecked([first.subarray(0, 9)]);
    decoder.restart();
    decoder.push(second);
    expect(messages).toEqual(MESSAGES.slice(1, 2));
    decoder.pause();
    decoder.push(first);
    expect(messages).toHaveLength(1);
  });

  it('of an impossible length break the stream instead of filling the memory', () => {
    expect(decodeChecked([Buffer.from('ffffffffffff', 'hex')])).toMatchObject({ messages: [], broken: 1 });
  });
});
