/**
 * Finds the built runner: one file beside the compiled code.
 */
import { readFile } from 'node:fs/promises';

/** From src/runtime/engine as from dist/runtime/engine, the built file is in the package's dist. */
const RUNNER = new URL('../../../dist/runner.cjs', import.meta.url);

/** The runner's code. */
export async function readRunnerSource(): Promise<Uint8Array> {
  return readFile(RUNNER);
}
