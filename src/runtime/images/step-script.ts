/**
 * What a step that runs in the image is made of, whatever it does: the form that run-step.ts writes into a Dockerfile.
 *
 * Invariants
 * - everything mounted lies under /dev: that is a tmpfs while the step runs, so that not even the empty
 *   mount points, which older BuildKits leave behind, end up in the layer
 */

/** A shell script, its arguments, and the mounts it reads and writes. */
export interface StepScript {
  /** Values of `--mount`. */
  readonly mounts: readonly string[];
  /** Run by `/bin/sh -e`. */
  readonly script: string;
  /** `$1` and on: the user's own text, which so never passes through a shell's quoting. */
  readonly args: readonly string[];
}

/** Where a step finds what is mounted for it. */
export const MOUNTS = '/dev/dray';

/** Kept by the builder from build to build. `locked` makes steps that use it take turns. */
export function cacheMount(name: string, target: string, sharing: 'shared' | 'locked' = 'shared'): string {
  return `type=cache,id=dray-${name},target=${target},sharing=${sharing}`;
}

/** A file or folder of the build context, read-only. */
export function contextMount(source: string, target: string): string {
  return `type=bind,source=${source},target=${target}`;
}

/** A word of a shell script that stands for exactly this text. */
export function shellWord(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
