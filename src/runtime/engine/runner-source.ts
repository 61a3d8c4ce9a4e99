/**
 * Finds the built runners: one file each, beside the compiled code.
 */
import { readFile } from 'node:fs/promises';

import type { FunctionManifest } from '../../protocol/manifest.ts';

/** Each runner's code, by what runs it. */
export type RunnerSources = Readonly<Record<FunctionManifest['runtime'], Uint8Array>>;

/** From src/runtime/engine as from dist/runtime/engine, the built files are in the package's dist. */
const DIST = new URL('../../../dist/', import.meta.url);

/** The code of all runners. */
export async function readRunnerSources(): Promise<RunnerSources> {
  const [node, python] = await Promise.all(
    ['runner.cjs', 'runner.py'].map((name) => readFile(new URL(name, DIST))),
  );
  return { node, python } as RunnerSources;
}
