/**
 * Reads the author's Python sources, each once, and finds what a name means in one of them, through its imports.
 *
 * Invariants
 * - only the author's own files are followed: what comes from a package has no meaning here
 */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { PythonFunction } from './python-function.ts';
import { type PythonClass, type PythonImport, type PythonOutline, readOutline } from './python-outline.ts';

/** What a name stands for, and the file that says it. */
export type FoundName = { readonly file: string } & (
  | { readonly kind: 'function'; readonly value: PythonFunction }
  | { readonly kind: 'class'; readonly value: PythonClass }
  | { readonly kind: 'alias'; readonly value: string }
);

/** Import chains longer than this are cycles. */
const MAX_DEPTH = 20;

export class PythonSources {
  readonly #outlines = new Map<string, PythonOutline>();

  outline(file: string): PythonOutline {
    let outline = this.#outlines.get(file);
    if (outline === undefined) {
      outline = readOutline(readFileSync(file, 'utf8'));
      this.#outlines.set(file, outline);
    }
    return outline;
  }

  /** What `name` stands for in `file`, or undefined where the author's files do not say. */
  find(file: string, name: string, depth = 0): FoundName | undefined {
    const { functions, classes, aliases, imports } = this.outline(file);
    const fn = functions.get(name);
    if (fn !== undefined) return { file, kind: 'function', value: fn };
    const cls = classes.get(name);
    if (cls !== undefined) return { file, kind: 'class', value: cls };
    const alias = aliases.get(name);
    if (alias !== undefined) return { file, kind: 'alias', value: alias };
    if (depth >= MAX_DEPTH) return undefined;
    for (const each of imports) {
      const original = each.names.get(name) ?? (each.names.has('*') ? name : undefined);
      const from = original === undefined ? undefined : moduleFile(file, each);
      if (from === undefined || original === undefined) continue;
      const found = this.find(from, original, depth + 1);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** Whether a name may come from where this cannot look: a package, an assignment, an import of everything. */
  mayHave(file: string, name: string): boolean {
    const { aliases, imports } = this.outline(file);
    return aliases.has(name) || imports.some(({ names }) => names.has(name) || names.has('*'));
  }
}

/** The file of an imported module, where it is one of the author's. */
function moduleFile(importer: string, { module, level }: PythonImport): string | undefined {
  let folder = dirname(importer);
  for (let up = 1; up < level; up++) folder = dirname(folder);
  if (level === 0) while (existsSync(join(folder, '__init__.py'))) folder = dirname(folder);
  const stem = join(folder, ...module.split('.'));
  return [`${stem}.py`, join(stem, '__init__.py')].find((path) =>
    statSync(path, { throwIfNoEntry: false })?.isFile(),
  );
}
