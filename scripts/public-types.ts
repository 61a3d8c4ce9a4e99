/**
 * Keeps of dist/'s types those that a program can see: what the package's doors export, and what that refers to.
 */
import { globSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';

/** They hold examples, which import files of the reader's. */
const COMMENTS = /\/\*[\s\S]*?\*\//g;

/** Removes the others below `folder`. `doors` are paths in it. */
export async function keepPublicTypes(folder: string, doors: readonly string[]): Promise<void> {
  const seen = new Set<string>();
  const queue = doors.map((door) => path.join(folder, door));
  for (let file = queue.pop(); file !== undefined; file = queue.pop()) {
    if (seen.has(file)) continue;
    seen.add(file);
    const text = (await readFile(file, 'utf8')).replaceAll(COMMENTS, '');
    for (const [, from] of text.matchAll(/(?:from|import)\s*\(?['"](\.[^'"]+)['"]/g)) {
      queue.push(path.join(path.dirname(file), (from as string).replace(/\.(?:ts|js)$/, '.d.ts')));
    }
  }
  const others = globSync(`${folder}/**/*.d.ts`).filter((file) => !seen.has(file));
  await Promise.all(others.map((file) => rm(file)));
}
