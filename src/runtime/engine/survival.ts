/**
 * What makes a container of a server findable for the next process of that server, and what it remembers for it.
 *
 * Invariants
 * - containers of equal `pool` can take each other's place: same function, same code, same image, same parameters
 */
import { createHash, randomBytes } from 'node:crypto';
import { MARK_BYTES, MARK_START } from '../../protocol/resync-mark.ts';
import { decodeValue, encodeValue } from '../../protocol/value-codec.ts';
import type { Survival } from '../containers/container-spec.ts';
import type { PoolSpec } from '../scheduler/ports.ts';
import type { FunctionParts, LauncherOptions } from './container-launcher.ts';

/** How a container of a pool is known again; undefined where it ends with this process. */
export function survivalOf(
  { survives, backend }: Pick<LauncherOptions, 'survives' | 'backend'>,
  spec: PoolSpec,
  part: FunctionParts,
): Survival | undefined {
  if (!survives || !backend.capabilities.adopt) return undefined;
  return { pool: poolDigest(spec, part), mark: newMark().toString('hex') };
}

function newMark(): Buffer {
  return Buffer.concat([MARK_START, randomBytes(MARK_BYTES - MARK_START.length)]);
}

/** The same for containers that can take each other's place. */
export function poolDigest({ key, target = key }: PoolSpec, { fingerprint }: FunctionParts): string {
  return createHash('sha256')
    .update(JSON.stringify([target, fingerprint]))
    .digest('hex')
    .slice(0, 32);
}

/** What a container gives back to the process that adopts it. */
export function memoOf({ key, target, fn, parameters, overrides, transient }: PoolSpec): Uint8Array {
  return Uint8Array.from(encodeValue({ key, target, fn, parameters, overrides, transient }, 'the memo'));
}

/** What `memoOf` wrote. */
export function readMemo(memo: Uint8Array): PoolSpec {
  return decodeValue(memo) as PoolSpec;
}
