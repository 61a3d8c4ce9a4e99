/**
 * One digest for many files, by their paths, permissions and contents.
 *
 * Invariants
 * - the order of the entries, their times and where they lie on this machine do not matter
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { ContextEntry } from './build-context.ts';

/** Files read at a time. */
const READERS = 8;

/** 32 hex digits. */
export async function contentDigest(entries: readonly ContextEntry[]): Promise<string> {
  const lines: string[] = [];
  const queue = entries.values();
  const readNext = async (): Promise<void> => {
    for (const entry of queue) lines.push(await lineOf(entry));
  };
  await Promise.all(Array.from({ length: READERS }, readNext));
  return createHash('sha256').update(lines.sort().join('\n')).digest('hex').slice(0, 32);
}

async function lineOf({ path, mode, content }: ContextEntry): Promise<string> {
  return JSON.stringify([path, mode, content.kind, await digestOf(content)]);
}

async function digestOf(content: ContextEntry['content']): Promise<string> {
  const hash = createHash('sha256');
  if (content.kind === 'bytes') hash.update(content.bytes);
  if (content.kind === 'link') hash.update(content.target);
  if (content.kind === 'file') for await (const chunk of createReadStream(content.source)) hash.update(chunk);
  return hash.digest('hex');
}
