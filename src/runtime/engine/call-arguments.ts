/**
 * Encodes what a call is given in the form that the function's runner reads. Pure.
 */
import type { FunctionManifest } from '../../protocol/manifest.ts';
import { encodePortable, portableBytes } from '../../protocol/portable-value.ts';
import { encodeValue } from '../../protocol/value-codec.ts';

/** A value for the containers of a function. Throws what encodeValue throws, and UnportableValueError. */
export function encodeFor({ runtime }: FunctionManifest, value: unknown, root: string): Uint8Array {
  return runtime === 'python' ? encodePortable(value, root) : encodeValue(value, root);
}

/** The same for what a container of Node encoded already. */
export function recodeFor({ runtime }: FunctionManifest, bytes: Uint8Array, root: string): Uint8Array {
  return runtime === 'python' ? portableBytes(bytes, root) : bytes;
}
