import { expect, it } from 'vitest';
import { installedName, packageName } from '../../../../src/runtime/app/package-name.ts';

it.each([
  ['sharp', 'sharp'],
  ['sharp/lib/x.js', 'sharp'],
  ['@img/colour', '@img/colour'],
  ['@img/colour/sub', '@img/colour'],
  ['JSONStream', 'JSONStream'],
  ['lodash.get', 'lodash.get'],
  ['@/alias', undefined],
  ['@scope', undefined],
  ['#internal', undefined],
  ['~/x', undefined],
  ['./x', undefined],
  ['../x', undefined],
  ['/x', undefined],
  ['https://x.example/y.js', undefined],
  ['node:fs', undefined],
  ['', undefined],
])('the package of %s is %s', (specifier, name) => {
  expect(packageName(specifier)).toBe(name);
});

it.each([
  ['sharp', 'sharp'],
  ['sharp@0.34.5', 'sharp'],
  ['sharp@^1 || ^2', 'sharp'],
  ['@img/colour@latest', '@img/colour'],
  ['@img/colour', '@img/colour'],
  ['https://x.example/y.tgz', undefined],
  ['./local', undefined],
  ['owner/repository', undefined],
])('npm install %s installs %s', (line, name) => {
  expect(installedName(line)).toBe(name);
});
