/**
 * The layer table, read from where people read it: the table under "Layers" in ARCHITECTURE.md.
 *
 * There is no second copy, so the page cannot differ from what layers.test.ts enforces. Pure over the text.
 *
 * Words of a cell, separated by commas: a folder of src or a package, alone for any import, with `(types)` where
 * only `import type` is allowed, with `(on demand)` where only `import()` and types are. `–` allows nothing.
 */

/** What an allowance covers. `on demand` includes types. */
export type Allowed = 'any' | 'types' | 'on demand';

export interface Layer {
  /** Folder of src, or a file at its top: `runtime/scheduler`, `index.ts`. Folders below it belong to it. */
  readonly folder: string;
  /** By folder. */
  readonly folders: ReadonlyMap<string, Allowed>;
  /** By npm package. */
  readonly packages: ReadonlyMap<string, Allowed>;
  /** Node's own modules: all, none, or these. */
  readonly node: 'any' | ReadonlySet<string>;
}

const HEADER = '| Folder | May import | Packages | Node modules |';

/** @throws Error where the table is missing or a row does not follow its grammar */
export function readLayerTable(markdown: string): readonly Layer[] {
  const lines = markdown.split('\n').map((line) => line.replaceAll(/\s*\|\s*/g, ' | ').trim());
  const header = lines.indexOf(HEADER);
  if (header === -1) throw new Error(`no table headed "${HEADER}"`);
  const end = lines.findIndex((line, index) => index > header && !line.startsWith('|'));
  return lines.slice(header + 2, end === -1 ? undefined : end).map(readRow);
}

function readRow(line: string): Layer {
  const [, folder, folders, packages, node, ...rest] = line.split('|').map((cell) => cell.trim());
  const name = unquoted(folder ?? '');
  if (name === undefined || node === undefined || rest.length !== 1) throw new Error(`not a row: ${line}`);
  return {
    folder: name,
    folders: readAllowances(folders ?? '', line),
    packages: readAllowances(packages ?? '', line),
    node: node === 'any' ? 'any' : new Set(readAllowances(node, line).keys()),
  };
}

function readAllowances(cell: string, line: string): Map<string, Allowed> {
  const allowances = new Map<string, Allowed>();
  if (cell === '–') return allowances;
  for (const word of cell.split(',')) {
    const [, quoted = '', mark] = /^(`[^`]+`)(?: \((types|on demand)\))?$/.exec(word.trim()) ?? [];
    const name = unquoted(quoted);
    if (name === undefined) throw new Error(`"${word.trim()}" is no allowance: ${line}`);
    allowances.set(name, (mark as Allowed | undefined) ?? 'any');
  }
  return allowances;
}

function unquoted(text: string): string | undefined {
  return /^`([^`]+)`$/.exec(text)?.[1];
}
