/**
 * Lays file trees out as folders of the server, from which images are built and containers get their files: once each,
 * in DATA/trees/DIGEST.
 *
 * Invariants
 * - a folder that is there under its digest is whole, and on the disk; nothing changes in it
 * - nothing is written outside of it, and nothing is read from elsewhere but blobs: see file-tree.ts
 */
import { constants, existsSync } from 'node:fs';
import { chmod, copyFile, mkdir, open, readdir, rename, rm, stat, symlink } from 'node:fs/promises';
import path from 'node:path';
import type { FileTree, TreeEntry } from '../../protocol/deployment.ts';
import { storeError } from '../store/sqlite-errors.ts';
import { parentsOf, parseTree } from './file-tree.ts';

/** Files written at a time. */
const WRITERS = 8;

/** Where blobs are. */
export interface BlobReader {
  read(digest: string): Promise<Uint8Array>;
  /** The file of a blob. Throws BLOB_MISSING. */
  path(digest: string): string;
  /** Those that are not there; the others count as new. */
  missing(digests: Iterable<string>): string[];
}

export class LaidOutTrees {
  readonly #folder: string;
  readonly #blobs: BlobReader;
  readonly #underWay = new Map<string, Promise<string>>();
  readonly #known = new Map<string, FileTree>();

  constructor(folder: string, blobs: BlobReader) {
    this.#folder = folder;
    this.#blobs = blobs;
  }

  /** What a tree lists. Throws BLOB_MISSING and FILE_TREE_INVALID. */
  async tree(digest: string): Promise<FileTree> {
    const known = this.#known.get(digest);
    if (known !== undefined) return known;
    const tree = parseTree(digest, await this.#blobs.read(digest));
    // A large one is read again instead of kept.
    if (tree.entries.length <= 1_000) this.#known.set(digest, tree);
    return tree;
  }

  /** The folder of a tree, laid out now where it is not there. Throws what `tree` throws, and NO_SPACE_LEFT. */
  async layOut(digest: string): Promise<string> {
    const folder = path.join(this.#folder, digest);
    if (existsSync(folder)) return folder;
    let laying = this.#underWay.get(digest);
    if (laying === undefined) {
      laying = this.#layOut(digest, folder).finally(() => this.#underWay.delete(digest));
      this.#underWay.set(digest, laying);
    }
    return laying;
  }

  /** Removes trees that are not in `keep` and older than `olderThan` (milliseconds since 1970). Returns how many. */
  async collectGarbage(keep: ReadonlySet<string>, olderThan: number): Promise<number> {
    let removed = 0;
    for (const name of await readdir(this.#folder).catch(() => [])) {
      if (keep.has(name) || this.#underWay.has(name)) continue;
      const folder = path.join(this.#folder, name);
      const stats = await stat(folder).catch(() => undefined);
      if (stats === undefined || stats.mtimeMs >= olderThan) continue;
      await removeTree(folder);
      removed++;
    }
    return removed;
  }

  async #layOut(digest: string, folder: string): Promise<string> {
    const { entries } = await this.tree(digest);
    const draft = path.join(this.#folder, `.${digest}-${crypto.randomUUID()}`);
    try {
      await mkdir(draft, { recursive: true, mode: 0o700 });
      await this.#fill(draft, entries);
      await rename(draft, folder);
      await synced(this.#folder);
      return folder;
    } catch (error) {
      await removeTree(draft);
      throw storeError(error, folder);
    }
  }

  async #fill(root: string, entries: readonly TreeEntry[]): Promise<void> {
    const folders = new Set(entries.flatMap(({ path: name }) => parentsOf(name)));
    for (const { kind, path: name } of entries) if (kind === 'folder') folders.add(name);
    for (const name of [...folders].sort()) await mkdir(path.join(root, name), { mode: 0o700 });
    const queue = entries.values();
    const writeNext = async (): Promise<void> => {
      // Each of these loops takes from the same iterator: together they write every entry once.
      for (const entry of queue) {
        const place = path.join(root, entry.path);
        if (entry.kind === 'link') await symlink(entry.target, place);
        if (entry.kind === 'file') await copyOut(this.#blobs.path(entry.digest), place, entry.mode);
      }
    };
    await Promise.all(Array.from({ length: WRITERS }, writeNext));
    const own = new Map(
      entries.flatMap((entry) => (entry.kind === 'folder' ? [[entry.path, entry.mode]] : [])),
    );
    // From the bottom up, as a folder may allow nothing to be written in it; its entries are synced first.
    for (const name of [...folders].sort().reverse()) {
      await synced(path.join(root, name));
      await chmod(path.join(root, name), own.get(name) ?? 0o755);
    }
    await synced(root);
  }
}

async function copyOut(blob: string, place: string, mode: number): Promise<void> {
  await copyFile(blob, place, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
  await using handle = await open(place, 'r+');
  // Set by itself: the process's umask must not change what goes into an image.
  await handle.chmod(mode);
  await handle.sync();
}

async function synced(folder: string): Promise<void> {
  await using handle = await open(folder, 'r');
  await handle.sync();
}

/** A folder of a tree may allow nothing to be removed from it. */
async function removeTree(folder: string): Promise<void> {
  const open = async (at: string): Promise<void> => {
    await chmod(at, 0o700);
    for (const child of await readdir(at, { withFileTypes: true })) {
      if (child.isDirectory()) await open(path.join(at, child.name));
    }
  };
  await open(folder).catch(() => {});
  await rm(folder, { recursive: true, force: true });
}
