/**
 * The catalogue of messages between the engine and the runner inside a container, both directions.
 *
 * One message is one frame (frame-codec.ts): a head, which is a msgpack array of the code and the fields in
 * the order of the catalogue, and a tail of raw bytes. Payloads and errors are already encoded values
 * (value-codec.ts) that the channel does not look into.
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
  | RunnerInit
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
  readonly type: 'init';
  readonly protocol: number;
  readonly app: string;
  readonly function: string;
  /** Variables of its secrets, set before the bundle is imported. */
  readonly env: Readonly<Record<string, string>>;
  /** Packages that the bundle expects in the image; used to explain an import that fails. */
  readonly external: readonly string[];
  /** The bundle as encodeBundle made it. */
  readonly bundle: Uint8Array;
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

interface Entry<T extends Message['type']> {
  readonly code: number;
  /** In the order of the wire. */
  readonly fields: Fields<T>;
  /** The bulky field, if any: it follows the head as raw bytes, so that it is never copied to be sent. */
  readonly tail?: Fields<T>[number];
}

const CATALOGUE: { readonly [T in Message['type']]: Entry<T> } = {
  init: { code: 1, fields: ['protocol', 'app', 'function', 'env', 'external'], tail: 'bundle' },
  call: { code: 2, fields: ['call', 'id', 'attempt'], tail: 'payload' },
  cancel: { code: 3, fields: ['call'] },
  ping: { code: 4, fields: ['nonce'] },
  stop: { code: 5, fields: [] },
  hello: { code: 64, fields: ['protocol', 'runtime', 'pid'] },
  ready: { code: 65, fields: [] },
  'init-failed': { code: 66, fields: [], tail: 'error' },
  succeeded: { code: 67, fields: ['call', 'durationUs'], tail: 'payload' },
  failed: { code: 68, fields: ['call', 'durationUs'], tail: 'error' },
  log: { code: 69, fields: ['call', 'source'], tail: 'bytes' },
  pong: { code: 70, fields: ['nonce'] },
};

interface DecodeEntry {
  readonly type: string;
  readonly fields: readonly string[];
  readonly tail: string | undefined;
}

const BY_CODE = new Map<number, DecodeEntry>(
  Object.entries(CATALOGUE).map(([type, { code, fields, tail }]) => [code, { type, fields, tail }]),
);

/** Plain msgpack: no records and no extensions, so that a runner in another language can read it. */
const packr = new Packr({ useRecords: false, variableMapSize: true });

/** A message in the two parts of a frame. */
export interface EncodedMessage {
  readonly head: Uint8Array;
  readonly tail: Uint8Array | undefined;
}

/** One message, ready to be framed. */
export function encodeMessage(message: Message): EncodedMessage {
  const { code, fields, tail } = CATALOGUE[message.type] as DecodeEntry & { code: number };
  const values: unknown[] = [code];
  const given = message as unknown as Record<string, unknown>;
  for (const field of fields) values.push(given[field]);
  return { head: packr.pack(values), tail: tail === undefined ? undefined : (given[tail] as Uint8Array) };
}

/** The message in a frame. Throws where the code is unknown: the other side is of another version. */
export function decodeMessage<Direction extends Message>(head: Uint8Array, tail: Uint8Array): Direction {
  const values = packr.unpack(head) as unknown[];
  const entry = BY_CODE.get(values[0] as number);
  if (entry === undefined) throw new Error(`unknown message code ${values[0]}`);
  const { type, fields } = entry;
  const message: Record<string, unknown> = { type };
  for (let index = 0; index < fields.length; index++) message[fields[index] as string] = values[index + 1];
  if (entry.tail !== undefined) message[entry.tail] = tail;
  return message as unknown as Direction;
}
