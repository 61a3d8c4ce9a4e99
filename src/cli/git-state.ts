/**
 * Which commit a file's folder is at, and whether it was changed since: recorded with a deploy, and never needed for one.
 */
import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';

/** A repository that takes longer than this to look at is deployed without. */
const LIMIT_MS = 5_000;

export interface GitState {
  readonly commit: string;
  /** Files differ from the commit, or are not in it and not ignored. */
  readonly dirty: boolean;
}

/** Of the repository that a file is in. Undefined where there is no git, no repository, or no commit yet. */
export async function gitState(file: string): Promise<GitState | undefined> {
  const folder = path.dirname(path.resolve(file));
  try {
    const [commit, changes] = await Promise.all([
      git(folder, ['rev-parse', '--verify', 'HEAD']),
      git(folder, ['status', '--porcelain']),
    ]);
    return { commit: commit.trim(), dirty: changes !== '' };
  } catch {
    return undefined;
  }
}

async function git(folder: string, args: readonly string[]): Promise<string> {
  // Only looks: without the lock that `status` takes to save its index, nobody else's git is held up.
  const env = { ...process.env, GIT_OPTIONAL_LOCKS: '0' };
  const options = { cwd: folder, timeout: LIMIT_MS, maxBuffer: 64 * 1_048_576, env };
  return (await promisify(execFile)('git', [...args], options)).stdout;
}
