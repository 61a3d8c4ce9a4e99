/**
 * Arguments in the form that Python reads: msgpack without records and references, so that a small reader in another
 * language is enough. The table of docs/python.md says what each value becomes there.
 *
 * What a Python function returns, yields and raises needs no form of its own: its runner writes what
 * value-codec.ts reads.
 *
 * Invariants
 * - a value that Python has no equal of is an UnportableValueError with its path, never something similar
 * - as with value-codec.ts, encoding never changes the value, and its size is held to MAX_PAYLOAD_BYTES
 */
import { Packr } from 'msgpackr';
import { PayloadTooLargeError, UncloneableValueError, UnportableValueError } from '../sdk/errors.ts';
import { cloneabilityOf } from './uncloneable.ts';
import { unportableIn } from './unportable.ts';
import { decodeValue, MAX_PAYLOAD_BYTES } from './value-codec.ts';

const packr = new Packr({ useRecords: false, moreTypes: true, useBigIntExtension: true });

/** Values above this leave msgpackr's working buffer grown; it is then replaced. */
const LARGE_BUFFER_BYTES = 4_194_304;

/**
 * A value as bytes for Python.
 *
 * @param root how the value's path starts in an error, e.g. `args`
 * @throws UncloneableValueError, UnportableValueError, PayloadTooLargeError
 */
export function encodePortable(value: unknown, root: string): Uint8Array {
  const cloneability = cloneabilityOf(value, root);
  if (cloneability.kind === 'uncloneable')
    throw new UncloneableValueError(cloneability.path, cloneability.what);
  const problem = unportableIn(value, root);
  if (problem !== undefined) throw new UnportableValueError(problem.path, problem.what);
  const body = packr.pack(value);
  if (body.length > MAX_PAYLOAD_BYTES) throw new PayloadTooLargeError(root, body.length, MAX_PAYLOAD_BYTES);
  if (body.length > LARGE_BUFFER_BYTES) packr.useBuffer(Buffer.allocUnsafeSlow(8192));
  return body;
}

/** What value-codec.ts encoded, in the form that Python reads: for calls that come out of a container. */
export function portableBytes(bytes: Uint8Array, root: string): Uint8Array {
  return encodePortable(decodeValue(bytes), root);
}
