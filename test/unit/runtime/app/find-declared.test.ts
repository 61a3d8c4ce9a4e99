import { describe, expect, it } from 'vitest';
import { findDeclared, findExported } from '../../../../src/runtime/app/find-declared.ts';
import { SourceReader } from '../../../../src/runtime/app/source-reader.ts';
import { tempFolder } from './temp-app.ts';

/** The text of what a name in `main.ts` stands for. */
function declared(files: Record<string, string>, name: string): string | undefined {
  using folder = tempFolder(files);
  const reader = new SourceReader();
  const source = reader.read(folder.file('main.ts'));
  const found = source && findDeclared(reader, source, name);
  return found?.source.text.slice(found.node.start, found.node.end);
}

describe('findDeclared', () => {
  it.each([
    ['type X = 1;', 'type X = 1;'],
    ['export interface X { a: 1 }', 'interface X { a: 1 }'],
    ['enum X { A }', 'enum X { A }'],
    ['const y = 1, X = 2;', 'X = 2'],
    ['export default function X() {}', 'function X() {}'],
    ['class X {}', 'class X {}'],
    ['function f() { type X = 1; }', undefined],
    ['import * as X from "./other.ts";', undefined],
    ['import { X } from "package";', undefined],
  ])('in %s', (source, expected) => {
    expect(declared({ 'main.ts': source, 'other.ts': '' }, 'X')).toBe(expected);
  });

  it.each([
    ['./other', 'other.ts'],
    ['./other.ts', 'other.ts'],
    ['./other.js', 'other.ts'],
    ['./other.mjs', 'other.mts'],
    ['./folder', 'folder/index.ts'],
    ['./types', 'types.d.ts'],
    ['./plain.js', 'plain.js'],
    ['./view.js', 'view.tsx'],
  ])('follows an import of %s', (specifier, file) => {
    const files = {
      'main.ts': `import { Y as X } from "${specifier}";`,
      [file]: 'export const Y = "there";',
    };
    expect(declared(files, 'X')).toBe('Y = "there"');
  });

  it('follows default imports and re-exports of every kind', () => {
    const files = {
      'main.ts': 'import D, { A, B, C } from "./barrel.ts";',
      'barrel.ts':
        'export { A1 as A } from "./deep.ts"; export * from "./deep.ts"; export { default } from "./deep.ts"; import { C1 } from "./deep.ts"; export { C1 as C };',
      'deep.ts':
        'export const A1 = 1; export const B = 2; export const C1 = 3; const it = 4; export default it;',
    };
    expect(['A', 'B', 'C', 'D'].map((name) => declared(files, name))).toEqual([
      'A1 = 1',
      'B = 2',
      'C1 = 3',
      'it = 4',
    ]);
  });

  it('ends where modules import each other in a circle', () => {
    const files = {
      'main.ts': 'export { X } from "./other.ts"; import { X } from "./other.ts";',
      'other.ts': 'export { X } from "./main.ts";',
    };
    expect(declared(files, 'X')).toBeUndefined();
  });
});

it('findExported finds an anonymous default export', () => {
  using folder = tempFolder({ 'a.ts': 'export default (x: string) => x;' });
  const reader = new SourceReader();
  const source = reader.read(folder.file('a.ts'));
  expect(source && findExported(reader, source, 'default')?.node.type).toBe('ArrowFunctionExpression');
  expect(source && findExported(reader, source, 'absent')).toBeUndefined();
});
