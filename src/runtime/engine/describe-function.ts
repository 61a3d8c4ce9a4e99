/**
 * Says of a function what a handle has to know of it. Pure.
 */
import type { FunctionManifest } from '../../protocol/manifest.ts';
import type { FunctionDescription } from '../../sdk/invoker.ts';

/** The description of a function, or of a class. */
export function describeFunction({ class: cls, generator, batched }: FunctionManifest): FunctionDescription {
  return {
    kind: cls === undefined ? 'function' : 'class',
    generator,
    batched: batched !== undefined,
    methods: cls?.methods ?? [],
  };
}
