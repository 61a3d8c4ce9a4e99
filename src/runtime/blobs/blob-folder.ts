/**
 * Content-addressed files: bundles, local files of images, large payloads. Each is named by the SHA-256 of what it
 * holds, so nothing is kept twice and nothing changes.
 *
 * A blob is at `sha256/ab/cdef…`. It is written under another name in `incoming/`, checked while it is, and renamed when
 * it is whole and on the disk. Who keeps a blob, and for how long, is said by those who name it: see `collectGarbage`.
 *
 * Invariants
 * - a blob that is there is whole, and what its digest says; one that `put` resolved for is durable
 * - folder and files are the owner's alone (0700, 0600)
 * - a blob that somebody was told of (`put`, `has`, `missing`) counts as new: what is about to be named is not collected
 */
import { createHash } from 'node:crypto';
import {
  createReadStream,
  existsSync,
  mkdirSync,
  readdirSync,
  statSync,
  unlinkSync,
  utimesSync,
} from 'node:fs';
import { open, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { storeError } from '../store/sqlite-errors.ts';
import { blobMismatch, blobMissing } from './blob-errors.ts';
import { syncFolder } from './sync-folder.ts';

const DIGEST = /^[0-9a-f]{64}$/;

/** What is written for so long without a byte more was left behind by a process that was killed. */
const LEFTOVER_MS = 3_600_000;

/** What becomes a blob: bytes, or pieces of them as they come. */
export type BlobContent = Uint8Array | AsyncIterable<Uint8Array>;

/** What a collection removed. */
export interface Collected {
  readonly blobs: number;
  readonly bytes: number;
}

/** The SHA-256 of bytes, as blobs are named: 64 hexadecimal characters. */
export function blobDigest(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** The blobs of one folder. Any number of processes may have it open at once. */
export class BlobFolder {
  readonly #folder: string;
  readonly #incoming: string;

  /** Makes the folder where it is not there, and clears what killed writers left. Throws an EnvironmentError. */
  constructor(folder: string) {
    this.#folder = folder;
    this.#incoming = path.join(folder, 'incoming');
    try {
      for (const each of [this.#incoming, path.join(folder, 'sha256')])
        mkdirSync(each, { recursive: true, mode: 0o700 });
      this.#clearLeftovers();
    } catch (error) {
      throw storeError(error, folder);
    }
  }

  /**
   * Keeps content under its digest; false where it was there already, and `content` is not read then. Throws
   * BLOB_MISMATCH where it is something else, NO_SPACE_LEFT where the disk is full, and what reading it throws; nothing is
   * left of it then.
   */
  async put(digest: string, content: BlobContent): Promise<boolean> {
    if (this.has(digest)) return false;
    const incoming = path.join(this.#incoming, crypto.randomUUID());
    try {
      const found = await this.#write(incoming, content);
      if (found !== digest) throw blobMismatch(digest, found);
      await this.#publish(incoming, digest);
      return true;
    } finally {
      // Not there any more, where it was published.
      await rm(incoming, { force: true });
    }
  }

  /** Keeps bytes under the digest that they have, and tells it. */
  async putBytes(bytes: Uint8Array): Promise<string> {
    const digest = blobDigest(bytes);
    await this.put(digest, bytes);
    return digest;
  }

  /** Whether there is such a blob, which from now on counts as new. */
  has(digest: string): boolean {
    if (!DIGEST.test(digest)) return false;
    const now = Date.now() / 1_000;
    try {
      utimesSync(this.#pathOf(digest), now, now);
      return true;
    } catch (error) {
      if (isNotThere(error)) return false;
      throw storeError(error, this.#folder);
    }
  }

  /** Those that are not there, in the order given; the others count as new. */
  missing(digests: Iterable<string>): string[] {
    return [...new Set(digests)].filter((digest) => !this.has(digest));
  }

  /** The content of a blob. Throws BLOB_MISSING. */
  async read(digest: string): Promise<Buffer> {
    try {
      return await readFile(this.path(digest));
    } catch (error) {
      throw this.#readError(error, digest);
    }
  }

  /** The content of a blob as it is read; BLOB_MISSING where there is none. */
  open(digest: string): Readable {
    return createReadStream(this.path(digest));
  }

  /** The file of a blob, for who links or copies it; nobody writes to it. Throws BLOB_MISSING. */
  path(digest: string): string {
    const file = DIGEST.test(digest) ? this.#pathOf(digest) : undefined;
    if (file === undefined || !existsSync(file)) throw blobMissing(digest);
    return file;
  }

  /** Bytes of a blob. Throws BLOB_MISSING. */
  size(digest: string): number {
    try {
      return statSync(this.path(digest)).size;
    } catch (error) {
      throw this.#readError(error, digest);
    }
  }

  /**
   * Removes blobs that are not in `keep` and are older than `olderThan` (milliseconds since 1970), and what killed writers
   * left. Of `keep` must be: whatever is named when this is called.
   */
  async collectGarbage(keep: ReadonlySet<string>, olderThan: number): Promise<Collected> {
    let blobs = 0;
    let bytes = 0;
    try {
      this.#clearLeftovers();
      const root = path.join(this.#folder, 'sha256');
      for (const prefix of readdirSync(root)) {
        for (const rest of readdirSync(path.join(root, prefix))) {
          if (keep.has(prefix + rest)) continue;
          const removed = removeWhereOlder(path.join(root, prefix, rest), olderThan);
          if (removed === undefined) continue;
          blobs++;
          bytes += removed;
        }
        // One folder at a time, so that a large collection holds nobody up.
        await new Promise((resolve) => setImmediate(resolve));
      }
    } catch (error) {
      throw storeError(error, this.#folder);
    }
    return { blobs, bytes };
  }

  /** Writes the content to a file that is not there yet, and waits for the disk. Its digest. */
  async #write(file: string, content: BlobContent): Promise<string> {
    const hash = createHash('sha256');
    await using handle = await this.#onDisk(open(file, 'wx', 0o600));
    for await (const piece of content instanceof Uint8Array ? [content] : content) {
      hash.update(piece);
      await this.#onDisk(handle.writeFile(piece));
    }
    await this.#onDisk(handle.sync());
    return hash.digest('hex');
  }

  async #publish(incoming: string, digest: string): Promise<void> {
    const file = this.#pathOf(digest);
    const folder = path.dirname(file);
    const publish = async () => {
      const made = mkdirSync(folder, { recursive: true, mode: 0o700 });
      await rename(incoming, file);
      await syncFolder(folder);
      if (made !== undefined) await syncFolder(path.dirname(folder));
    };
    await this.#onDisk(publish());
  }

  /** Translates what the disk says; errors of whoever sends the content are not among it. */
  async #onDisk<T>(work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      throw storeError(error, this.#folder);
    }
  }

  #clearLeftovers(): void {
    for (const name of readdirSync(this.#incoming))
      removeWhereOlder(path.join(this.#incoming, name), Date.now() - LEFTOVER_MS);
  }

  #pathOf(digest: string): string {
    return path.join(this.#folder, 'sha256', digest.slice(0, 2), digest.slice(2));
  }

  #readError(error: unknown, digest: string): unknown {
    return isNotThere(error) ? blobMissing(digest) : storeError(error, this.#folder);
  }
}

/** Its size, where it was removed. Nothing else of this process runs between the look and the removal. */
function removeWhereOlder(file: string, olderThan: number): number | undefined {
  try {
    const { mtimeMs, size } = statSync(file);
    if (mtimeMs >= olderThan) return undefined;
    unlinkSync(file);
    return size;
  } catch (error) {
    // Another process was first.
    if (isNotThere(error)) return undefined;
    throw error;
  }
}

function isNotThere(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT';
}
