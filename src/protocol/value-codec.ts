/**
 * User values as bytes: arguments, results and errors of calls.
 *
 * Everything that structured clone keeps arrives as it was: Date, Map, Set, BigInt, RegExp, typed arrays,
 * Buffer, errors, cycles, undefined. The format is msgpack (with msgpackr's structured-clone extensions)
 * for nearly all, and V8's own for the few values that msgpack would change.
 *
 * Invariants
 * - encoding never changes the value and never drops a part of it silently; it throws UncloneableValueError
 *   with the path instead
 * - a payload above MAX_PAYLOAD_BYTES is a PayloadTooLargeError, before anything is sent
 */
import { createRequire } from 'node:module';
import { addExtension, Packr } from 'msgpackr';
import { PayloadTooLargeError, UncloneableValueError } from '../sdk/errors.ts';
import { recordError, reviveError } from './remote-error.ts';
import { cloneabilityOf } from './uncloneable.ts';

/** What one payload may hold: 100 MiB, the limit that Modal's gRPC messages have too. */
export const MAX_PAYLOAD_BYTES = 104_857_600;

/** First byte of every payload in V8's format, which is at least 3 bytes; in msgpack it is the number -1, alone. */
const V8_MARK = 0xff;

/** Extension type of errors; msgpackr's own is 0x65, which keeps neither stack nor own properties. */
const ERROR_EXTENSION = 0x45;

addExtension({
  Class: Error,
  type: ERROR_EXTENSION,
  write: recordError as never,
  read: reviveError as never,
});

const packr = new Packr({ structuredClone: true, moreTypes: true, useBigIntExtension: true });

/** Values above this leave msgpackr's working buffer grown; it is then replaced. */
const LARGE_BUFFER_BYTES = 4_194_304;

/**
 * A value as bytes.
 *
 * @param root how the value's path starts in an error, e.g. `args`
 * @throws UncloneableValueError, PayloadTooLargeError
 */
export function encodeValue(value: unknown, root: string): Uint8Array {
  const cloneability = cloneabilityOf(value, root);
  if (cloneability.kind === 'uncloneable')
    throw new UncloneableValueError(cloneability.path, cloneability.what);
  const body = cloneability.kind === 'plain' ? packr.pack(value) : v8().serialize(value);
  if (body.length > MAX_PAYLOAD_BYTES) throw new PayloadTooLargeError(root, body.length, MAX_PAYLOAD_BYTES);
  if (body.length > LARGE_BUFFER_BYTES) packr.useBuffer(Buffer.allocUnsafeSlow(8192));
  return body;
}

/** The value that bytes were made of. */
export function decodeValue(bytes: Uint8Array): unknown {
  // A Buffer, because msgpackr gives binary values the class of what it reads from.
  const body = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return body[0] === V8_MARK && body.length > 1 ? v8().deserialize(body) : packr.unpack(body);
}

type V8 = typeof import('node:v8');
let loadedV8: V8 | undefined;

/** Loaded for the first value that needs it: it takes longer than all the rest of this module. */
function v8(): V8 {
  loadedV8 ??= createRequire('file:///')('node:v8') as V8;
  return loadedV8;
}

/** A thrown value as bytes. Never throws: what cannot cross is described instead. */
export function encodeThrown(thrown: unknown): Uint8Array {
  try {
    return encodeValue(thrown, 'the thrown value');
  } catch {
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    return encodeValue(new Error(message), 'the thrown value');
  }
}
