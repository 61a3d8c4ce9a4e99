/**
 * The catalogue of messages between the engine and the runner inside a container, both directions.
 *
 * One message is one frame (frame-codec.ts): a msgpack array whose first element is the code below and
 * whose rest are the fields in the order written here. Payloads are already encoded values
 * (value-codec.ts) that neither side of the channel looks into.
 *
 * Invariants
 * - the first frame to the runner is `init`, the first from it is `hello`; both carry the version
 * - a runner of another version answers `init-failed` and ends
 * - codes are never reused; a change of fields raises PROTOCOL_VERSION
 */
import { Packr } from 'msgpackr';

/** Raised with every change that an older runner would misread. */
export const PROTOCOL_VERSION = 1;

/** Where a line was printed. */
export type LogSource = 'stdout' | 'stderr';

/** Sent by the engine. */
export type EngineMessage =
  | { readonly type: 'init'; readonly init: RunnerInit }
  /** Run a call. They start in the order sent, one at a time. */
  | {
      readonly type: 'call';
      readonly call: number;
      readonly id: string;
      readonly attempt: number;
      readonly payload: Uint8Array;
    }
  /** Abort the signal of a call; a call that has not started is dropped. It answers all the same. */
  | { readonly type: 'cancel'; readonly call: number }
  | { readonly type: 'ping'; readonly nonce: number }
  /** Take no more calls, and end. */
  | { readonly type: 'stop' };

/** What a runner needs before its first call. */
export interface RunnerInit {
  readonly protocol: number;
  readonly app: string;
  readonly function: string;
  /** The bundle's code, an ES module. */
  readonly code: string;
  /** Its source map, as JSON text. */
  readonly sourceMap: string;
  /** Packages that the bundle expects in the image; used to explain an import that fails. */
  readonly external: readonly string[];
}

/** Sent by the runner. */
export type RunnerMessage =
  | { readonly type: 'hello'; readonly protocol: number; readonly runtime: string; readonly pid: number }
  /** The module is imported; calls can start. */
  | { readonly type: 'ready' }
  /** The module could not be imported. The runner ends after it. */
  | { readonly type: 'init-failed'; readonly error: Uint8Array }
  | {
      readonly type: 'succeeded';
      readonly call: number;
      readonly payload: Uint8Array;
      readonly durationUs: number;
    }
  | {
      readonly type: 'failed';
      readonly call: number;
      readonly error: Uint8Array;
      readonly durationUs: number;
    }
  /** Something was printed; `call` is 0 where no call can be told. */
  | { readonly type: 'log'; readonly call: number; readonly source: LogSource; readonly bytes: Uint8Array }
  | { readonly type: 'pong'; readonly nonce: number };

type Message = EngineMessage | RunnerMessage;
type Fields<T extends Message['type']> = readonly Exclude<keyof Extract<Message, { type: T }>, 'type'>[];

/** Code and field order of each message. The order is the wire format. */
const CATALOGUE: { readonly [T in Message['type']]: readonly [code: number, ...Fields<T>] } = {
  init: [1, 'init'],
  call: [2, 'call', 'id', 'attempt', 'payload'],
  cancel: [3, 'call'],
  ping: [4, 'nonce'],
  stop: [5],
  hello: [64, 'protocol', 'runtime', 'pid'],
  ready: [65],
  'init-failed': [66, 'error'],
  succeeded: [67, 'call', 'payload', 'durationUs'],
  failed: [68, 'call', 'error', 'durationUs'],
  log: [69, 'call', 'source', 'bytes'],
  pong: [70, 'nonce'],
};

const byCode = new Map(
  Object.entries(CATALOGUE).map(([type, [code, ...fields]]) => [code, { type, fields: fields as string[] }]),
);

/** Plain msgpack: no records and no extensions, so that a runner in another language can read it. */
const packr = new Packr({ useRecords: false, variableMapSize: true });

/** One message as the body of a frame. */
export function encodeMessage(message: Message): Uint8Array {
  const [code, ...fields] = CATALOGUE[message.type];
  const values: unknown[] = [code];
  for (const field of fields) values.push((message as never)[field]);
  return packr.pack(values);
}

/** The message in the body of a frame. Throws where the code is unknown: the other side is of another version. */
export function decodeMessage<Direction extends Message>(body: Uint8Array): Direction {
  const [code, ...values] = packr.unpack(body) as [number, ...unknown[]];
  const entry = byCode.get(code);
  if (entry === undefined) throw new Error(`unknown message code ${code}`);
  const message: Record<string, unknown> = { type: entry.type };
  entry.fields.forEach((field, index) => {
    message[field] = values[index];
  });
  return message as unknown as Direction;
}
