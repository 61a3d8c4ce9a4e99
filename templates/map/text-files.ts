import { opendir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';

export interface TextFile {
  path: string;
  text: string;
}

const TEXT = new Set([
  '.md',
  '.txt',
  '.ts',
  '.js',
  '.mjs',
  '.cjs',
  '.json',
  '.css',
  '.html',
  '.yml',
  '.yaml',
  '',
]);

/** What one call is given at most: enough to be worth the trip, small enough to spread. */
const BATCH_BYTES = 1_000_000;

/** The text files under a folder, in batches, read only as far as somebody asks for more. */
export async function* textFileBatches(folder: string): AsyncGenerator<TextFile[]> {
  let batch: TextFile[] = [];
  let size = 0;
  for await (const file of textFiles(folder)) {
    batch.push(file);
    size += file.text.length;
    if (size >= BATCH_BYTES) {
      yield batch;
      batch = [];
      size = 0;
    }
  }
  if (batch.length > 0) yield batch;
}

async function* textFiles(folder: string): AsyncGenerator<TextFile> {
  for await (const entry of await opendir(folder)) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* textFiles(path);
    else if (entry.isFile() && TEXT.has(extname(entry.name))) {
      const bytes = await readFile(path);
      // A zero byte means that it is no text, whatever its name says.
      if (!bytes.includes(0)) yield { path, text: bytes.toString('utf8') };
    }
  }
}
