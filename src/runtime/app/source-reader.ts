/**
 * Reads and parses the user's own source files, each once, and finds what a relative import names.
 *
 * It follows relative paths only: what a package or an alias exports is not looked into.
 */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, extname, resolve } from 'node:path';
import { type ParsedSource, parseSource } from './parse-source.ts';

/** TypeScript lets an import name the file that the compiler would write. */
const WRITTEN_FROM: Readonly<Record<string, readonly string[]>> = {
  '.js': ['.ts', '.tsx', '.jsx'],
  '.jsx': ['.tsx'],
  '.mjs': ['.mts'],
  '.cjs': ['.cts'],
};
const IMPLIED = ['.ts', '.tsx', '.mts', '.cts', '.js', '.jsx', '.mjs', '.cjs', '.d.ts'];

export class SourceReader {
  readonly #sources = new Map<string, ParsedSource>();

  /** The parsed file, or undefined where there is none. */
  read(file: string): ParsedSource | undefined {
    const known = this.#sources.get(file);
    if (known !== undefined) return known;
    if (!isFile(file)) return undefined;
    const source = parseSource(file, readFileSync(file, 'utf8'));
    this.#sources.set(file, source);
    return source;
  }

  /** The file that `specifier` names when `from` imports it by a relative path. */
  readImported(from: ParsedSource, specifier: string): ParsedSource | undefined {
    if (!specifier.startsWith('.')) return undefined;
    const path = resolve(dirname(from.file), specifier);
    const file = candidates(path).find(isFile);
    return file === undefined ? undefined : this.read(file);
  }
}

function candidates(path: string): string[] {
  const extension = extname(path);
  const stem = path.slice(0, path.length - extension.length);
  return [
    path,
    ...(WRITTEN_FROM[extension] ?? []).map((each) => `${stem}${each}`),
    ...IMPLIED.map((each) => `${path}${each}`),
    ...IMPLIED.map((each) => resolve(path, `index${each}`)),
  ];
}

function isFile(path: string): boolean {
  return existsSync(path) && statSync(path).isFile();
}
