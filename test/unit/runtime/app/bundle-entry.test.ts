import { expect, it } from 'vitest';
import { bundleEntry } from '../../../../src/runtime/app/bundle-entry.ts';
import type { AppDeclaration } from '../../../../src/sdk/declaration.ts';

it('lists exported functions by name, and takes a module without any as a whole', () => {
  const [one, two] = [{}, {}];
  const declaration = {
    functions: [{ handle: one }, { handle: two }],
    entrypoints: [],
  } as unknown as AppDeclaration;
  const source = bundleEntry({
    declaration,
    modules: [
      { path: '/a/app.ts', exports: { alias: one, default: two, main: () => {}, one, other: 5 } },
      { path: '/a/"quoted".ts', exports: { main: () => {} } },
      { path: '/a/two.ts', exports: { 'odd-name': two } },
    ],
  });
  expect(source).toBe(
    [
      'import { "alias" as f0, "one" as f1 } from "/a/app.ts";',
      'import * as m2 from "/a/\\"quoted\\".ts";',
      'import { "odd-name" as f3 } from "/a/two.ts";',
      'export default [{ "alias": f0, "one": f1 }, m2, { "odd-name": f3 }];',
      '',
    ].join('\n'),
  );
});
