import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
const PAGES = [
  'README.md',
  ...readdirSync(join(ROOT, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

/** Every TypeScript block of a page, with the file it says it is from. */
function snippets(page: string): { from: string | undefined; code: string }[] {
  const text = readFileSync(join(ROOT, page), 'utf8');
  const blocks = text.matchAll(/(?:<!-- from: (\S+) -->\n)?```ts\n([\s\S]*?)```/g);
  return [...blocks].map(([, from, code = '']) => ({ from, code }));
}

describe.each(PAGES)('%s', (page) => {
  it('shows only code that is in a file which tests run', () => {
    for (const { from, code } of snippets(page)) {
      expect(from, `a block without its file:\n${code}`).toBeDefined();
      expect(readFileSync(join(ROOT, from ?? ''), 'utf8')).toContain(code);
    }
  });

  it('links only to files that exist', () => {
    const text = readFileSync(join(ROOT, page), 'utf8');
    const links = [...text.matchAll(/\]\((?!https?:|#)([^)#]+)[^)]*\)/g)].map(([, path = '']) => path);
    const missing = links.filter((path) => {
      try {
        readFileSync(join(ROOT, page, '..', path));
        return false;
      } catch {
        return true;
      }
    });
    expect(missing).toEqual([]);
  });
});
