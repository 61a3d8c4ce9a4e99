/**
 * Packs a build context into a tar archive, the form in which builders take one.
 *
 * The archive is a stream: a folder of the user's may be larger than memory, and nothing is left on disk however a
 * build ends. Times and owners are fixed: same entries, same bytes. Which entries there are is decided by others.
 */
import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Pack } from 'tar-stream';
import { EnvironmentError } from '../../shared/errors.ts';

/** Something in a build context. */
export interface ContextEntry {
  /** From the root of the context, with slashes. */
  readonly path: string;
  /** Permission bits. */
  readonly mode: number;
  readonly content:
    | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
    /** A file of this machine, by its absolute path. */
    | { readonly kind: 'file'; readonly source: string; readonly size: number }
    | { readonly kind: 'link'; readonly target: string }
    | { readonly kind: 'folder' };
}

/** A file of generated text. */
export function textEntry(path: string, text: string): ContextEntry {
  return { path, mode: 0o644, content: { kind: 'bytes', bytes: Buffer.from(text) } };
}

/** The archive of these entries. The stream fails with CONTEXT_CHANGED where a file is not as it was when it was listed. */
export function packContext(entries: readonly ContextEntry[]): Readable {
  return Readable.from(archiveOf(entries), { objectMode: false });
}

async function* archiveOf(entries: readonly ContextEntry[]): AsyncGenerator<Uint8Array> {
  const { pack: openPack } = await import('tar-stream');
  const pack = openPack();
  /** The file that is being packed. */
  const at: { source?: string } = {};
  fill(pack, entries, at).then(
    () => pack.finalize(),
    (error: unknown) => pack.destroy(error as Error),
  );
  try {
    for await (const chunk of pack) yield chunk as Uint8Array;
  } catch (error) {
    throw at.source === undefined ? error : contextChanged(at.source, error);
  }
}

async function fill(pack: Pack, entries: readonly ContextEntry[], at: { source?: string }): Promise<void> {
  for (const { path, mode, content } of entries) {
    const header = { name: path, mode, mtime: new Date(0), uid: 0, gid: 0 };
    switch (content.kind) {
      case 'bytes':
        pack.entry(header, Buffer.from(content.bytes));
        break;
      case 'folder':
        pack.entry({ ...header, type: 'directory' });
        break;
      case 'link':
        pack.entry({ ...header, type: 'symlink', linkname: content.target });
        break;
      case 'file':
        at.source = content.source;
        await pipeline(createReadStream(content.source), pack.entry({ ...header, size: content.size }));
        delete at.source;
        break;
    }
  }
}

function contextChanged(file: string, cause: unknown): EnvironmentError {
  return new EnvironmentError(
    'CONTEXT_CHANGED',
    `${file} changed, or cannot be read, while it is sent to Docker`,
    {
      suggestions: ['try again when nothing writes to it', 'leave it out: ignore, or .dockerignore'],
      cause,
    },
  );
}
