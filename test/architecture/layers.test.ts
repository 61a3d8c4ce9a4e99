/**
 * Holds src to the layer table of ARCHITECTURE.md, both ways: nothing beyond it, and nothing in it for nothing.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readLayerTable } from './layer-table.ts';
import { idleAllowances, layerViolations } from './layer-violations.ts';
import { parseModule, ROOT, sourceModules } from './source-modules.ts';

describe('layers of src', () => {
  const table = readLayerTable(readFileSync(path.join(ROOT, 'ARCHITECTURE.md'), 'utf8'));

  it('import only what the table allows', () => {
    expect(layerViolations(sourceModules(), table)).toEqual([]);
  });

  it('need everything that the table allows', () => {
    expect(idleAllowances(sourceModules(), table)).toEqual([]);
  });

  it('have each package in one row, apart from what describes the command line', () => {
    const rows = new Map<string, string[]>();
    for (const { folder, packages } of table) {
      for (const name of packages.keys()) rows.set(name, [...(rows.get(name) ?? []), folder]);
    }
    rows.delete('@oclif/core');
    expect([...rows].filter(([, folders]) => folders.length > 1)).toEqual([]);
  });
});

describe('the rule itself', () => {
  const table = readLayerTable(`
| Folder | May import | Packages | Node modules |
| --- | --- | --- | --- |
| \`ground\` | – | – | – |
| \`parts\` | \`ground\` | \`vendor\` | \`node:fs\` |
| \`parts/inner\` | \`parts\` (types), \`ground\` (on demand) | \`@scope/vendor\` (types) | any |
`);
  const violations = (file: string, text: string) => layerViolations([parseModule(file, text)], table);

  it.each([
    ['a static import', "import { a } from '../parts/a.ts'"],
    ['an import for its effects', "import '../parts/a.ts'"],
    ['a re-export', "export { a } from '../parts/a.ts'"],
    ['a re-export of everything', "export * from '../parts/a.ts'"],
    ['a dynamic import', "const a = await import('../parts/a.ts')"],
    ['an import of types', "import type { A } from '../parts/a.ts'"],
    ['a type written as import()', "type A = import('../parts/a.ts').A"],
    ['a package', "import vendor from 'vendor'"],
    ['a file of a package', "import vendor from '@scope/vendor/file'"],
    ['a module of Node', "import fs from 'node:fs'"],
  ])('refuses %s that no row allows', (_, text) => {
    expect(violations('ground/a.ts', text)).toHaveLength(1);
  });

  it('allows what a row names', () => {
    const text = "import fs from 'node:fs'; import 'vendor'; export * from '../ground/a.ts'; import './b.ts'";
    expect(violations('parts/a.ts', text)).toEqual([]);
  });

  it('allows types alone where a row says so', () => {
    expect(violations('parts/inner/a.ts', "import type { A } from '../a.ts'")).toEqual([]);
    expect(violations('parts/inner/a.ts', "import { type A, type B } from '../a.ts'")).toEqual([]);
    expect(violations('parts/inner/a.ts', "import { type A, b } from '../a.ts'")).toHaveLength(1);
    expect(violations('parts/inner/a.ts', "import '@scope/vendor'")).toHaveLength(1);
    expect(violations('parts/inner/a.ts', "await import('../a.ts')")).toHaveLength(1);
  });

  it('allows an import on demand where a row says so, and no other', () => {
    expect(violations('parts/inner/a.ts', "await import('../../ground/a.ts')")).toEqual([]);
    expect(violations('parts/inner/a.ts', "import '../../ground/a.ts'")).toHaveLength(1);
  });

  it('refuses a folder that has no row', () => {
    expect(violations('elsewhere/a.ts', '')).toEqual(['elsewhere/a.ts: its folder is not in the table']);
  });

  it('finds allowances that nothing needs', () => {
    const modules = [
      parseModule('parts/a.ts', "import 'vendor'; import type { A } from '../ground/a.ts'"),
      parseModule('parts/inner/a.ts', "import type { A } from '../a.ts'"),
    ];
    expect(idleAllowances(modules, table)).toEqual([
      'ground: no such module',
      'parts: ground is not needed',
      'parts: node:fs is not needed',
      'parts/inner: ground (on demand) is not needed',
      'parts/inner: @scope/vendor (types) is not needed',
    ]);
  });

  it.each([
    ['no table', '# nothing'],
    ['a row with a cell too few', '| `a` | – | – |'],
    ['a word that is no allowance', '| `a` | b | – | – |'],
    ['a mark that is none', '| `a` | `b` (sometimes) | – | – |'],
  ])('refuses to read %s', (_, row) => {
    const head = '| Folder | May import | Packages | Node modules |\n| --- | --- | --- | --- |\n';
    expect(() => readLayerTable(row.startsWith('|') ? head + row : row)).toThrow();
  });
});
