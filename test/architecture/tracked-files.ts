/**
 * The files of the repository: what git tracks and what it does not ignore yet, without what was deleted.
 *
 * A copy without git's own data has the same files: there the folders are read, and what .gitignore names is left out.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from './source-modules.ts';

/** Paths relative to the root, those that `pattern` fits. */
export function trackedFiles(pattern: RegExp): string[] {
  return [...new Set(listedByGit(ROOT) ?? listedByHand(ROOT))]
    .filter((file) => pattern.test(file) && existsSync(path.join(ROOT, file)))
    .sort();
}

/** The text of one of them. */
export function readTracked(file: string): string {
  return readFileSync(path.join(ROOT, file), 'utf8');
}

/** What git lists; undefined where it knows nothing of the folder. */
export function listedByGit(root: string): string[] | undefined {
  try {
    const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const files = listed.split('\0').filter((file) => file !== '');
    return files.length === 0 ? undefined : files;
  } catch {
    return undefined;
  }
}

/** What the folders hold. .gitignore is understood as far as ours goes: names, names of folders, `*.ending`. */
export function listedByHand(root: string): string[] {
  const lines = readFileSync(path.join(root, '.gitignore'), 'utf8')
    .split('\n')
    .map((line) => line.trim().replace(/\/$/, ''));
  const ignored = (name: string) =>
    name === '.git' || lines.includes(name) || lines.includes(`*${path.extname(name)}`);
  const walk = (folder: string): string[] =>
    readdirSync(path.join(root, folder), { withFileTypes: true })
      .filter(({ name }) => !ignored(name))
      .flatMap((entry) => {
        const file = path.posix.join(folder, entry.name);
        return entry.isDirectory() ? walk(file) : [file];
      });
  return walk('');
}
