/**
 * Source of the modules that stand in a bundle for packages that the bundle cannot carry.
 *
 * A stub takes the package from the image when the bundle starts, so that it works wherever the image has it.
 * Where the image lacks it, the bundle still starts: using what was imported throws an error that names the
 * line to add. `require()` of a missing package throws at once, because packages try it and fall back.
 * Pure text.
 */
import type { ImportedNames } from './imported-names.ts';

/** What a stub is for. */
export interface StubbedPackage {
  /** As imported: `sharp`, `sharp/lib/x`. */
  readonly specifier: string;
  /** As `npmInstall` takes it: `sharp@0.34.5`. */
  readonly install: string;
}

/** Name of the module below, as stubs import it. */
export const STUB_RUNTIME = 'dray-stub-runtime';

/**
 * Runs in the container. `require` is the bundle's own (bundle-app.ts): it finds what the image installed.
 * A package without an entry for `require` is found as `import` finds it.
 */
export const stubRuntimeSource = `
import { types } from 'node:util';
import { fileURLToPath } from 'node:url';

function find(specifier) {
  try {
    return require.resolve(specifier);
  } catch (error) {
    if (error.code !== 'MODULE_NOT_FOUND' && error.code !== 'ERR_PACKAGE_PATH_NOT_EXPORTED') throw error;
  }
  try {
    return fileURLToPath(import.meta.resolve(specifier));
  } catch (error) {
    if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error;
    return undefined;
  }
}

function missing(specifier, install) {
  const message = 'the package ' + specifier + ' is not in the image of this function; '
    + 'add it: .npmInstall(' + JSON.stringify(install) + ')';
  return Object.assign(new Error(message), { code: 'MODULE_NOT_FOUND' });
}

function throwing(error) {
  const fail = () => { throw error(); };
  const quiet = (key) => typeof key === 'symbol' || key === 'then' || key === '__esModule';
  const reads = {
    get: (_, key) => (quiet(key) ? undefined : fail()),
    has: (_, key) => (quiet(key) ? false : fail()),
  };
  // esbuild copies a namespace by its own keys and its prototype: none of the first, a throwing second.
  const prototype = new Proxy(Object.create(null), reads);
  return new Proxy(function () {}.bind(), {
    ...reads,
    ownKeys: () => [],
    getPrototypeOf: () => prototype,
    set: fail, apply: fail, construct: fail, defineProperty: fail, deleteProperty: fail,
  });
}

export function takeRequired(specifier, install) {
  const path = find(specifier);
  if (path === undefined) throw missing(specifier, install);
  return require(path);
}

export function takeWhole(specifier, install) {
  const path = find(specifier);
  return path === undefined ? throwing(() => missing(specifier, install)) : require(path);
}

export function takeNames(specifier, install, fromEsModule) {
  const path = find(specifier);
  if (path === undefined) return () => throwing(() => missing(specifier, install));
  const module = require(path);
  const hasDefault = types.isModuleNamespaceObject(module) || (!fromEsModule && module?.__esModule);
  return (name) => (name === 'default' && !hasDefault ? module : module?.[name]);
}
`;

/** Stands for a package that CommonJS code requires. */
export function requiredStub({ specifier, install }: StubbedPackage): string {
  return `module.exports = require('${STUB_RUNTIME}').takeRequired(${quote(specifier)}, ${quote(install)});`;
}

/**
 * Stands for a package in the import statements of one module.
 *
 * One thing it gets wrong: `all.default` of `import * as all`, where an ES module imports another that only the
 * image has, is the namespace again. esbuild has no way to say otherwise of names it cannot know.
 *
 * @param fromEsModule whether Node would run the importing module as an ES module without a compiler: then
 *   the default import of a CommonJS package is all of its exports
 */
export function importedStub(
  { specifier, install }: StubbedPackage,
  imported: ImportedNames,
  fromEsModule: boolean,
): string {
  const args = `${quote(specifier)}, ${quote(install)}`;
  if (imported.whole) return `module.exports = require('${STUB_RUNTIME}').takeWhole(${args});`;
  const variables = imported.names.map((name, index) => `v${index} = take(${quote(name)})`);
  const exports = imported.names.map((name, index) => `v${index} as ${quote(name)}`);
  return [
    `import { takeNames } from '${STUB_RUNTIME}';`,
    `const take = takeNames(${args}, ${fromEsModule});`,
    variables.length > 0 ? `const ${variables.join(', ')};` : '',
    `export { ${exports.join(', ')} };`,
  ].join('\n');
}

/** Stands for a native file that is imported by its path. */
export function nativeFileStub(file: string, install: string | undefined): string {
  const advice = install === undefined ? 'no bundle can carry it' : `add .npmInstall(${quote(install)})`;
  const message = `the native add-on ${file} is not in the image of this function; ${advice}`;
  return `throw Object.assign(new Error(${quote(message)}), { code: 'MODULE_NOT_FOUND' });`;
}

function quote(text: string): string {
  return JSON.stringify(text);
}
