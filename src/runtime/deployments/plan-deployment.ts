/**
 * Says how a version of an app differs from the one that serves, function by function. Pure.
 *
 * Invariants
 * - where something was declared in the source is no difference
 * - same content, no change: whatever order keys were written in
 */
import type { PlannedPart } from '../../protocol/control-plane.ts';
import type { DeployPlan, FunctionChange } from '../../protocol/deployment.ts';
import type { AppManifest, FunctionManifest } from '../../protocol/manifest.ts';
import { inOrder } from '../../shared/in-order.ts';
import type { DeployedPart } from '../store/deployment-records.ts';

/** One version of an app: what it says, and what its containers are made of. */
export interface VersionContent {
  readonly manifest: AppManifest;
  readonly part: (functionName: string) => DeployedPart | undefined;
}

/** How the functions of `next` stand to those of `current`; those that are gone come last. */
export function functionChanges(current: VersionContent | undefined, next: VersionContent): FunctionChange[] {
  const before = new Map(current?.manifest.functions.map((fn) => [fn.name, fn]));
  const changes = next.manifest.functions.map((fn) => {
    const old = before.get(fn.name);
    before.delete(fn.name);
    const part = next.part(fn.name);
    return changeOf(fn, part, old, old && current?.part(fn.name));
  });
  for (const name of before.keys()) changes.push({ name, change: 'removed', fields: [], replaced: false });
  return changes;
}

/** Whether there is anything to publish. */
export function isChange(changes: readonly FunctionChange[]): boolean {
  return changes.some(({ change }) => change !== 'unchanged');
}

/** Images that the host lacks, with the functions that need them. */
export function imagesToBuild(parts: ReadonlyMap<string, PlannedPart>): DeployPlan['images'] {
  const missing = new Map<string, string[]>();
  for (const [name, { image, isMissing }] of parts) {
    if (isMissing) missing.set(image, [...(missing.get(image) ?? []), name]);
  }
  return [...missing].map(([image, functions]) => ({ image, functions }));
}

function changeOf(
  fn: FunctionManifest,
  part: DeployedPart | undefined,
  old: FunctionManifest | undefined,
  oldPart: DeployedPart | undefined,
): FunctionChange {
  const { name } = fn;
  if (old === undefined) return { name, change: 'added', fields: [], replaced: false };
  const replaced = part?.fingerprint !== oldPart?.fingerprint;
  const fields = changedFields(old, fn);
  if (part?.image !== oldPart?.image && !fields.includes('image')) fields.push('image');
  if (part?.bundle !== oldPart?.bundle) fields.push('code');
  // Nothing that can be seen: so it is what a secret holds.
  if (replaced && fields.length === 0) fields.push('secrets');
  return { name, change: fields.length === 0 ? 'unchanged' : 'changed', fields, replaced };
}

function changedFields(old: FunctionManifest, next: FunctionManifest): string[] {
  const [before, after] = [contentOf(old), contentOf(next)];
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].filter((name) => before[name] !== after[name]).sort();
}

/** Each option as text. */
function contentOf({ image, ...options }: FunctionManifest): Record<string, string> {
  const { dockerfile, steps, ...rest } = image;
  const { at: _, ...file } = dockerfile ?? {};
  const recipe = { ...rest, dockerfile: file, steps: steps.map(({ at: _at, ...step }) => step) };
  const content: [string, unknown][] = [...Object.entries(options), ['image', recipe]];
  return Object.fromEntries(
    content
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, JSON.stringify(inOrder(value))]),
  );
}
