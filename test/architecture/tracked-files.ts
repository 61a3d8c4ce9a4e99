/**
 * The files of the repository: what git tracks and what it does not ignore yet, without what was deleted.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from './source-modules.ts';

/** Paths relative to the root, those that `pattern` fits. */
export function trackedFiles(pattern: RegExp): string[] {
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  return [...new Set(listed.split('\0'))]
    .filter((file) => file !== '' && pattern.test(file) && existsSync(path.join(ROOT, file)))
    .sort();
}

/** The text of one of them. */
export function readTracked(file: string): string {
  return readFileSync(path.join(ROOT, file), 'utf8');
}
