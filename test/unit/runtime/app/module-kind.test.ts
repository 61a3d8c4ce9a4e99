import { expect, it } from 'vitest';
import { isEsModule } from '../../../../src/runtime/app/module-kind.ts';
import { tempFolder } from './temp-app.ts';

it.each([
  ['a.mts', 'commonjs', true],
  ['a.mjs', 'commonjs', true],
  ['a.cts', 'module', false],
  ['a.cjs', 'module', false],
  ['a.ts', 'module', true],
  ['deep/er/a.ts', 'module', true],
  ['a.ts', 'commonjs', false],
  ['a.js', undefined, false],
])('%s in a package of type %s: %s', (file, type, expected) => {
  using folder = tempFolder({ 'package.json': { type } });
  expect(isEsModule(folder.file(file))).toBe(expected);
});
