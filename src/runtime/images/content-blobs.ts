/**
 * Names files by what is in them, for a place that keeps each content once.
 *
 * Invariants
 * - a digest is the SHA-256 of the bytes, in 64 hex digits; the bytes of a file are read when it is named and again when
 *   it is sent
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { TreeEntry } from '../../protocol/deployment.ts';
import type { ContextEntry } from './build-context.ts';

/** A content that can be sent. */
export interface BlobSource {
  readonly size: number;
  /** Its bytes, from the beginning each time. */
  open(): Uint8Array | AsyncIterable<Uint8Array>;
}

/** Files read at a time. */
const READERS = 8;

/** A blob of bytes that are at hand, with its digest. */
export function blobOfBytes(bytes: Uint8Array): [digest: string, blob: BlobSource] {
  return [createHash('sha256').update(bytes).digest('hex'), { size: bytes.length, open: () => bytes }];
}

/** The blob of each file among entries, and the entries as a tree lists them. */
export async function blobsOfFiles(entries: readonly ContextEntry[]) {
  const sources = new Map<string, BlobSource>();
  const listed: TreeEntry[] = [];
  const queue = entries.values();
  const readNext = async (): Promise<void> => {
    // Each of these loops takes from the same iterator: together they read every file once.
    for (const { path, mode, content } of queue) {
      switch (content.kind) {
        case 'folder':
          listed.push({ kind: 'folder', path, mode });
          break;
        case 'link':
          listed.push({ kind: 'link', path, target: content.target });
          break;
        case 'bytes': {
          const [digest, blob] = blobOfBytes(content.bytes);
          sources.set(digest, blob);
          listed.push({ kind: 'file', path, mode, digest, size: blob.size });
          break;
        }
        case 'file': {
          const { source, size } = content;
          const digest = await digestOfFile(source);
          sources.set(digest, { size, open: () => createReadStream(source) });
          listed.push({ kind: 'file', path, mode, digest, size });
          break;
        }
      }
    }
  };
  await Promise.all(Array.from({ length: READERS }, readNext));
  return { sources, listed };
}

async function digestOfFile(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk);
  return hash.digest('hex');
}
