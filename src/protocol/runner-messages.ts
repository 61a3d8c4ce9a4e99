/**
 * The catalogue of messages between the engine and the runner inside a container, both directions.
 *
 * One message is one frame (frame-codec.ts): a head, which is a msgpack array of the code and the fields in
 * the order of the catalogue, and a tail of raw bytes. Payloads and errors are already encoded values
 * (value-codec.ts) that the channel does not look into.
 *
 * Invariants
 * - the first frame to the runner is `init`, the first from it is `hello`; both carry the version
 * - the first frame to an engine that took a container back is `resumed`; it carries the version
 * - a runner of another version answers `init-failed` and ends
 * - codes are never reused; a change of fields raises PROTOCOL_VERSION
 */
import { Packr } from 'msgpackr';

/** Raised with every change that an older runner would misread. */
export const PROTOCOL_VERSION = 3;

/** Where a line was printed. */
export type LogSource = 'stdout' | 'stderr';

/** Sent by the engine. */
export type EngineMessage =
  | RunnerInit
  /** Run a call. They start in the order sent, as many at a time as `init` said. */
  | {
      readonly type: 'call';
      readonly call: number;
      readonly id: string;
      readonly attempt: number;
      /** Of a class; empty for a function. */
      readonly method: string;
      readonly payload: Uint8Array;
    }
  /** Run calls as one: the function takes a list for each parameter. Each call is answered on its own. */
  | {
      readonly type: 'batch';
      readonly method: string;
      readonly calls: readonly number[];
      readonly ids: readonly string[];
      readonly attempts: readonly number[];
      /** Length of each call's arguments in `payloads`, where they follow each other. */
      readonly lengths: readonly number[];
      readonly payloads: Uint8Array;
    }
  /** That many further values of a generator may be sent; it starts without any. */
  | { readonly type: 'credit'; readonly call: number; readonly count: number }
  /** Abort the signal of a call; a call that has not started is dropped. It answers all the same. */
  | { readonly type: 'cancel'; readonly call: number }
  | { readonly type: 'ping'; readonly nonce: number }
  /** Take no more calls; when those that run have answered, run the exit hook, and end. */
  | { readonly type: 'stop' }
  /** A value of a stream that this container reads; see `invoke`. */
  | { readonly type: 'invoke-value'; readonly request: number; readonly payload: Uint8Array }
  /** How an `invoke` ended: an encoded value or error. */
  | {
      readonly type: 'invoke-settled';
      readonly request: number;
      readonly ok: boolean;
      readonly payload: Uint8Array;
    }
  /** The answers of these calls are kept elsewhere now: a runner that keeps them need not. */
  | { readonly type: 'acknowledge'; readonly calls: readonly number[] }
  /**
   * A `spawn` was accepted for good, under this id; or the call that a `find` asked for is there and has no outcome yet.
   */
  | { readonly type: 'invoke-accepted'; readonly request: number; readonly id: string };

/** What a runner needs before its first call. */
export interface RunnerInit {
  readonly type: 'init';
  readonly protocol: number;
  readonly app: string;
  readonly function: string;
  /** Variables of its secrets, set before the bundle is imported. */
  readonly env: Readonly<Record<string, string>>;
  /** Calls that may run at a time. */
  readonly concurrency: number;
  /** Constructor arguments of a class, an encoded list; empty for a function. */
  readonly parameters: Uint8Array;
  /** Packages that the bundle expects in the image; used to explain an import that fails. */
  readonly external: readonly string[];
  /** How long no engine may speak before the runner ends, in ms; 0: it ends when its channel does. */
  readonly orphanMs: number;
  /** Given back in `resumed`: what an engine needs to know of a container that it takes back. */
  readonly memo: Uint8Array;
  /** The bundle as encodeBundle made it. */
  readonly bundle: Uint8Array;
}

/**
 * What a runner holds when another engine takes its container back. The answers that were not acknowledged follow it, and
 * then its open requests: `succeeded`, `failed` and `invoke` as they were sent before.
 */
export interface RunnerResumed {
  readonly type: 'resumed';
  readonly protocol: number;
  /** It takes further calls: the module is imported, and it was not told to stop. */
  readonly accepting: boolean;
  /** The highest number that a call had. */
  readonly lastCall: number;
  /** Numbers of the calls that run, in the order they began; those of a batch are together. */
  readonly running: readonly (readonly number[])[];
  /** The same of those that have not begun. */
  readonly waiting: readonly (readonly number[])[];
  /** The calls that will answer, or have. Generators are not among them: they were cancelled, as nobody reads them. */
  readonly calls: readonly ResumedCall[];
  /** As `init` had it; empty before it came. */
  readonly memo: Uint8Array;
}

/** Number, id, attempt, and for how long it has been running, in ms. */
export type ResumedCall = readonly [number: number, id: string, attempt: number, elapsedMs: number];

/** Sent by the runner. */
export type RunnerMessage =
  | RunnerResumed
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
  | { readonly type: 'pong'; readonly nonce: number }
  /** A generator's next value; `succeeded` follows the last. */
  | { readonly type: 'value'; readonly call: number; readonly payload: Uint8Array }
  /**
   * The code of a call uses the invoker. Answered by `invoke-value` and one `invoke-settled`; a `spawn` by one
   * `invoke-accepted`, or by `invoke-settled` where it was refused.
   */
  | {
      readonly type: 'invoke';
      /** Numbered by the runner. */
      readonly request: number;
      /** The call whose code asks, 0 where none can be told. */
      readonly parent: number;
      readonly operation: InvokeOperation;
      /** Id of the call that is made, or is looked for; made by the runner so that it is known at once. */
      readonly id: string;
      readonly target: InvokeTarget;
      /** Of a `spawn`: one call for each key in a function; empty for none. */
      readonly idempotencyKey: string;
      /** Encoded arguments, or the encoded settings of `update-autoscaler`. */
      readonly payload: Uint8Array;
    }
  | { readonly type: 'invoke-cancel'; readonly request: number; readonly terminateContainers: boolean }
  | { readonly type: 'invoke-credit'; readonly request: number; readonly count: number }
  /** Wants no further calls. */
  | { readonly type: 'leave' };

/** What of the invoker (sdk/invoker.ts) is asked for. */
export const INVOKE_OPERATIONS = [
  'submit',
  'spawn',
  'stream',
  'find',
  'update-autoscaler',
  'stats',
  'describe',
] as const;
export type InvokeOperation = (typeof INVOKE_OPERATIONS)[number];

/** A CallTarget as plain msgpack: parameters and overrides are encoded values. */
export interface InvokeTarget {
  readonly app: string;
  readonly function: string;
  readonly method?: string;
  readonly parameters?: Uint8Array;
  readonly overrides?: Uint8Array;
}

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
  init: {
    code: 1,
    fields: [
      'protocol',
      'app',
      'function',
      'env',
      'concurrency',
      'parameters',
      'external',
      'orphanMs',
      'memo',
    ],
    tail: 'bundle',
  },
  call: { code: 2, fields: ['call', 'id', 'attempt', 'method'], tail: 'payload' },
  cancel: { code: 3, fields: ['call'] },
  ping: { code: 4, fields: ['nonce'] },
  stop: { code: 5, fields: [] },
  batch: { code: 6, fields: ['method', 'calls', 'ids', 'attempts', 'lengths'], tail: 'payloads' },
  credit: { code: 7, fields: ['call', 'count'] },
  'invoke-value': { code: 8, fields: ['request'], tail: 'payload' },
  'invoke-settled': { code: 9, fields: ['request', 'ok'], tail: 'payload' },
  acknowledge: { code: 30, fields: ['calls'] },
  'invoke-accepted': { code: 11, fields: ['request', 'id'] },
  hello: { code: 64, fields: ['protocol', 'runtime', 'pid'] },
  ready: { code: 65, fields: [] },
  'init-failed': { code: 66, fields: [], tail: 'error' },
  succeeded: { code: 67, fields: ['call', 'durationUs'], tail: 'payload' },
  failed: { code: 68, fields: ['call', 'durationUs'], tail: 'error' },
  log: { code: 69, fields: ['call', 'source'], tail: 'bytes' },
  pong: { code: 70, fields: ['nonce'] },
  value: { code: 71, fields: ['call'], tail: 'payload' },
  invoke: {
    code: 72,
    fields: ['request', 'parent', 'operation', 'id', 'target', 'idempotencyKey'],
    tail: 'payload',
  },
  'invoke-cancel': { code: 73, fields: ['request', 'terminateContainers'] },
  'invoke-credit': { code: 74, fields: ['request', 'count'] },
  resumed: {
    code: 80,
    fields: ['protocol', 'accepting', 'lastCall', 'running', 'waiting', 'calls'],
    tail: 'memo',
  },
  leave: { code: 90, fields: [] },
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
