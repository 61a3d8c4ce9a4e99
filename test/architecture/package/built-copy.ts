/**
 * Builds the package from the files of the repository as they are now, in a folder of its own.
 *
 * The tests of the package look at this copy, never at the `dist` of the repository: that one may be older than the
 * sources, and another program may be writing it. Vitest runs this once for all of them.
 *
 * Invariants
 * - only files that git tracks or would track are in the copy: what a fresh clone would have
 * - nothing is left behind
 */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestProject } from 'vitest/node';
import { ROOT } from '../source-modules.ts';
import { trackedFiles } from '../tracked-files.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Folder of the built package; its `node_modules` is that of the repository. */
    builtCopy: string;
  }
}

/** Everything that building or packing reads. */
const NEEDED =
  /^(?:src|bin|scripts|templates)\/|^(?:package(?:-lock)?|oclif\.manifest|tsconfig(?:\.\w+)?)\.json$|^[A-Z]+(?:\.md)?$/;

/** Makes the copy and tells tests where it is; the returned function removes it. */
export function setup(project: TestProject): () => void {
  const copy = mkdtempSync(path.join(realpathSync(tmpdir()), 'dray-built-'));
  const remove = () => rmSync(copy, { recursive: true, force: true });
  try {
    for (const file of trackedFiles(NEEDED)) cpSync(path.join(ROOT, file), path.join(copy, file));
    symlinkSync(path.join(ROOT, 'node_modules'), path.join(copy, 'node_modules'));
    execFileSync(process.execPath, ['scripts/build.ts'], { cwd: copy, stdio: 'inherit' });
  } catch (error) {
    remove();
    throw error;
  }
  project.provide('builtCopy', copy);
  return remove;
}
