import { expect, it } from 'vitest';
import { InstalledPackages } from '../../../../src/runtime/app/installed-packages.ts';
import { installed, tempFolder } from './temp-app.ts';

it.each<[string, object, Record<string, string>, boolean]>([
  ['nothing of the kind', { dependencies: { semver: '7' } }, { 'index.js': '' }, false],
  ['an optional package for one system', { optionalDependencies: { fsevents: '2' } }, {}, false],
  ['gypfile', { gypfile: true }, {}, true],
  ['a binary to download', { binary: { module_name: 'x' } }, {}, true],
  ['napi', { napi: { name: 'x' } }, {}, true],
  ['binding.gyp', {}, { 'binding.gyp': '' }, true],
  ['prebuilds', {}, { 'prebuilds/linux-x64/x.node': '' }, true],
  ['a build', {}, { 'build/Release/x.node': '' }, true],
  ['a .node file', {}, { 'x.linux-x64-gnu.node': '' }, true],
  ['a loader of add-ons', { dependencies: { bindings: '1' } }, {}, true],
  ['packages by platform', { optionalDependencies: { '@img/sharp-linux-x64': '1' } }, {}, true],
  ['packages by platform and C library', { optionalDependencies: { 'x-linux-arm64-musl': '1' } }, {}, true],
])('a package with %s', (_, manifest, files, native) => {
  using folder = tempFolder(installed('@scope/it', manifest, { 'lib/main.js': '', ...files }));
  expect(new InstalledPackages().of(folder.file('node_modules/@scope/it/lib/main.js'))).toEqual({
    name: '@scope/it',
    version: '1.2.3',
    native,
  });
});

it('takes the innermost package of a file', () => {
  using folder = tempFolder({
    ...installed('outer', {}, {}),
    'node_modules/outer/node_modules/inner/package.json': { name: 'inner', version: '9.0.0' },
    'node_modules/outer/node_modules/inner/i.js': '',
  });
  const found = new InstalledPackages().of(folder.file('node_modules/outer/node_modules/inner/i.js'));
  expect(found).toEqual({ name: 'inner', version: '9.0.0', native: false });
});

it('names a package without a package.json by its folder', () => {
  using folder = tempFolder({ 'node_modules/@a/b/i.js': '' });
  expect(new InstalledPackages().of(folder.file('node_modules/@a/b/i.js'))).toMatchObject({
    name: '@a/b',
    version: undefined,
  });
});

it('knows no package for a file of the user', () => {
  expect(new InstalledPackages().of('/home/me/app.ts')).toBeUndefined();
});
