/**
 * Tells whether a function's containers can go on when another version of its app takes over. Pure.
 *
 * Everything counts that a container is made of or was told at its start. What only the scheduler acts on does not:
 * a pool takes that over as it is.
 *
 * Invariants
 * - options that nobody listed here count: a container too many is better than one that is wrong
 * - it holds no value of a secret
 */
import { createHash } from 'node:crypto';
import type { FunctionManifest } from '../../protocol/manifest.ts';
import { inOrder } from '../../shared/in-order.ts';

/** Options of a function that its containers know nothing of. */
const SCHEDULING = new Set([
  'minContainers',
  'maxContainers',
  'bufferContainers',
  'scaledownWindowMs',
  'whenIdle',
  'retries',
  'startupTimeoutMs',
  'schedule',
]);

/** What a function's containers are made of, beside its options. */
export interface Ingredients {
  /** Reference of the image: it stands for all steps of the recipe that change the image. */
  readonly image: string;
  /** Digest of the bundle. */
  readonly bundle: string;
  /** State of the secrets: see AppSecrets.versionOf. */
  readonly secrets: string;
}

/** 32 hex digits. */
export function functionFingerprint(fn: FunctionManifest, ingredients: Ingredients): string {
  const { image, ...options } = fn;
  const told = Object.entries(options)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .filter(([name]) => !SCHEDULING.has(name));
  const mounted = image.steps.filter((step) => step.kind === 'add-local' && !step.copy);
  const content = [told, mounted.map(({ at: _, ...step }) => step), ingredients];
  return createHash('sha256')
    .update(JSON.stringify(inOrder(content)))
    .digest('hex')
    .slice(0, 32);
}
