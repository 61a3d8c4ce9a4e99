/**
 * Lists a folder of the user's as a build context takes it: everything but what is ignored.
 *
 * Patterns have the grammar of .dockerignore (https://docs.docker.com/build/concepts/context/#dockerignore-files). It
 * reads names and sizes, no contents. Sockets, pipes and devices are left out, as Docker leaves them out.
 *
 * Invariants
 * - entries are sorted by path, and links are kept as links
 * - a folder larger than what is sensible to send is refused, with what makes it large
 */
import type { Stats } from 'node:fs';
import { lstat, readdir, readFile, readlink } from 'node:fs/promises';
import path from 'node:path';
import { UserError } from '../../shared/errors.ts';
import type { ContextEntry } from './build-context.ts';

/** Bytes. It is read for every start, and sent for every build. */
const LARGEST = 2 ** 30;
/** Of the largest folders and files, that many are named. */
const NAMED = 5;

/** The entries of a folder. `owner` names what wants them, for errors. Rejects with Node's error where a file cannot be read. */
export async function contextFolder(
  folder: string,
  patterns: readonly string[],
  owner: string,
): Promise<ContextEntry[]> {
  const entries: ContextEntry[] = [];
  const isIgnored = await ignoring(patterns);
  // What a pattern excludes, a later one may include again: then excluded folders have to be looked into.
  const looksInside = patterns.some((pattern) => pattern.trim().startsWith('!'));
  const walk = async (below: string): Promise<void> => {
    const children = await readdir(path.join(folder, below));
    for (const child of children.sort()) {
      const name = below === '' ? child : `${below}/${child}`;
      const stats = await lstat(path.join(folder, name));
      const ignored = isIgnored(name);
      const entry = ignored ? undefined : await entryOf(path.join(folder, name), name, stats);
      if (entry !== undefined) entries.push(entry);
      if (stats.isDirectory() && (!ignored || looksInside)) await walk(name);
    }
  };
  await walk('');
  checkSize(folder, entries, owner);
  return entries.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** The patterns of an ignore file; none where there is no such file. */
export async function ignoreFilePatterns(file: string): Promise<string[]> {
  try {
    return (await readFile(file, 'utf8')).replace(/^\uFEFF/, '').split(/\r?\n/);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

async function ignoring(patterns: readonly string[]): Promise<(name: string) => boolean> {
  const lines = patterns.filter((pattern) => !/^\s*(?:#|$)/.test(pattern));
  if (lines.length === 0) return () => false;
  const { default: module } = await import('@balena/dockerignore');
  // Its types describe an ES module; Node sees CommonJS.
  const ignore = module as unknown as typeof module.default;
  const matcher = ignore().add([...lines]);
  return (name) => matcher.ignores(name);
}

/** The entry of what lies at `source`; undefined for what no image can hold. */
export async function entryOf(source: string, name: string, stats: Stats): Promise<ContextEntry | undefined> {
  const mode = stats.mode & 0o777;
  if (stats.isDirectory()) return { path: name, mode, content: { kind: 'folder' } };
  if (stats.isFile()) return { path: name, mode, content: { kind: 'file', source, size: stats.size } };
  if (!stats.isSymbolicLink()) return undefined;
  return { path: name, mode: 0o777, content: { kind: 'link', target: await readlink(source) } };
}

function checkSize(folder: string, entries: readonly ContextEntry[], owner: string): void {
  const sizes = new Map<string, number>();
  let total = 0;
  for (const { path: name, content } of entries) {
    if (content.kind !== 'file') continue;
    total += content.size;
    const [top = name, second] = name.split('/');
    const group = second === undefined ? top : `${top}/`;
    sizes.set(group, (sizes.get(group) ?? 0) + content.size);
  }
  if (total <= LARGEST) return;
  const largest = [...sizes].sort(([, a], [, b]) => b - a).slice(0, NAMED);
  throw new UserError(
    'CONTEXT_TOO_LARGE',
    `${owner}: ${folder} holds ${megabytes(total)}; at most ${megabytes(LARGEST)} can be sent to Docker`,
    {
      suggestions: [
        'leave out what the image does not need: ignore, or .dockerignore',
        'large data belongs on a volume, or is fetched by a step',
      ],
      details: largest.map(([name, size]) => `${megabytes(size).padStart(10)}  ${name}`).join('\n'),
    },
  );
}

function megabytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(0)} MiB`;
}
