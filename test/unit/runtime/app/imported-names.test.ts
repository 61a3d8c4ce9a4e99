import { expect, it } from 'vitest';
import { type ImportedNames, importedNames } from '../../../../src/runtime/app/imported-names.ts';

const none: ImportedNames = { names: [], whole: false, bare: false };

it.each<[string, Partial<ImportedNames>]>([
  ['import "p";', { bare: true }],
  ['import d from "p";', { names: ['default'] }],
  ['import { a, b as c } from "p";', { names: ['a', 'b'] }],
  ['import { default as d } from "p";', { names: ['default'] }],
  ['import { "a-b" as ab } from "p";', { names: ['a-b'] }],
  ['import d, * as all from "p";', { names: ['default'], whole: true }],
  ['import type { T } from "p"; import { type U, a } from "p";', { names: ['a'] }],
  ['export { a as b } from "p";', { names: ['a'] }],
  ['export { default } from "p";', { names: ['default'] }],
  ['export * from "p";', { whole: true }],
  ['export * as ns from "p";', { whole: true }],
  ['import { a } from "p"; import { b } from "other"; export { c } from "other";', { names: ['a'] }],
  ['const p = await import("p");', {}],
])('%s', (source, expected) => {
  expect(importedNames('app.ts', source, 'p')).toEqual({ ...none, ...expected });
});
