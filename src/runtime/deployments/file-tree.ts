/**
 * Reads the list of a file tree that somebody sent, and refuses what could reach out of its folder. Pure.
 *
 * Invariants
 * - every path lies below the tree's own folder, each is there once, and nothing lies below a link or a file
 * - a link may point anywhere, because nobody follows it: it goes into an image as it is
 */
import type { FileTree, TreeEntry } from '../../protocol/deployment.ts';
import { treeInvalid } from './deploy-errors.ts';

const DIGEST = /^[0-9a-f]{64}$/;

/** The tree in a blob. Throws FILE_TREE_INVALID. */
export function parseTree(digest: string, bytes: Uint8Array): FileTree {
  let parsed: unknown;
  try {
    parsed = JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    throw treeInvalid(digest, 'it is not JSON');
  }
  const entries = (parsed as { entries?: unknown } | null)?.entries;
  if (!Array.isArray(entries)) throw treeInvalid(digest, 'it has no entries');
  const byPath = new Map<string, TreeEntry>();
  for (const entry of entries as unknown[]) {
    const problem = problemOf(entry);
    if (problem !== undefined) throw treeInvalid(digest, problem);
    const checked = entry as TreeEntry;
    if (byPath.has(checked.path)) throw treeInvalid(digest, `${checked.path} is there twice`);
    byPath.set(checked.path, checked);
  }
  for (const { path } of byPath.values()) {
    for (const parent of parentsOf(path)) {
      const above = byPath.get(parent);
      if (above !== undefined && above.kind !== 'folder') {
        throw treeInvalid(digest, `${path} is below ${parent}, which is no folder`);
      }
    }
  }
  return { entries: [...byPath.values()] };
}

/** Folders above a path, from the top, named or not. */
export function parentsOf(path: string): string[] {
  const parts = path.split('/');
  return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join('/'));
}

/** What is wrong with an entry, in words; undefined where nothing is. */
function problemOf(entry: unknown): string | undefined {
  if (typeof entry !== 'object' || entry === null) return 'an entry is no object';
  const { kind, path, mode, digest, target } = entry as Record<string, unknown>;
  if (!isInside(path)) return `${JSON.stringify(path)} is no path in it`;
  if (kind === 'link') return isText(target) ? undefined : `${path} is a link to nothing`;
  if (!Number.isInteger(mode) || (mode as number) < 0 || (mode as number) > 0o777) {
    return `the permissions of ${path} are none`;
  }
  if (kind === 'folder') return undefined;
  if (kind !== 'file') return `${path} is neither file, folder nor link`;
  return typeof digest === 'string' && DIGEST.test(digest) ? undefined : `${path} has no digest`;
}

function isInside(path: unknown): path is string {
  if (!isText(path) || path.includes('\\')) return false;
  return path.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && !value.includes('\0');
}
