/**
 * Decides, for every package that a bundle's modules import, where it comes from.
 *
 * In order: dray's own SDK, the image (installed there), the bundle (found here and pure JavaScript), else a
 * stub. Files of the user's own, tsconfig aliases included, are esbuild's own work.
 *
 * Invariant: what esbuild resolves by itself is left to it, so that a module keeps the kind its package gives it
 */
import { readFile } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { dirname, relative, sep } from 'node:path';
import type { OnLoadResult, OnResolveArgs, OnResolveResult, Plugin, PluginBuild } from 'esbuild';
import { isInstalledFile, stripPlugin } from './bundle-files.ts';
import { importedNames } from './imported-names.ts';
import { InstalledPackages } from './installed-packages.ts';
import { isEsModule } from './module-kind.ts';
import { packageName } from './package-name.ts';
import {
  importedStub,
  nativeFileStub,
  requiredStub,
  STUB_RUNTIME,
  stubRuntimeSource,
} from './package-stub.ts';
import { isSdkFile, SDK_PACKAGE, sdkPath } from './sdk-location.ts';

export interface BundlePluginOptions {
  /** Modules whose local entrypoints are left out. */
  readonly own: readonly string[];
  /** Packages that own code needs; it imports others only for its local entrypoints. */
  readonly needed: ReadonlySet<string>;
  /** Names of the packages that the image installs. */
  readonly installed: ReadonlySet<string>;
  /** Filled in: names of the packages that the bundle looks for in the image. */
  readonly external: Set<string>;
}

/** Namespaces of modules that have no file. */
export const STUB = 'dray-stub';
export const UNUSED = 'dray-unused';

export function bundlePlugin(options: BundlePluginOptions): Plugin {
  return {
    name: 'dray-bundle',
    setup(build) {
      const packages = new InstalledPackages();
      stripPlugin(options.own).setup(build);
      build.onResolve({ filter: /^[^./]/ }, (args) => resolvePackage(build, args, options, packages));
      build.onResolve({ filter: /\.node$/ }, (args) => resolveNativeFile(args, packages));
      build.onLoad({ filter: /.*/, namespace: STUB }, ({ pluginData }) => pluginData as OnLoadResult);
      build.onLoad({ filter: /.*/, namespace: UNUSED }, () => ({ contents: 'module.exports = {};' }));
    },
  };
}

async function resolvePackage(
  build: PluginBuild,
  args: OnResolveArgs,
  { needed, installed, external }: BundlePluginOptions,
  packages: InstalledPackages,
): Promise<OnResolveResult | undefined> {
  const { path: specifier, kind, importer, resolveDir } = args;
  if (args.pluginData === 'resolving' || kind === 'entry-point') return undefined;
  if (specifier === STUB_RUNTIME) {
    return stub(STUB_RUNTIME, stubRuntimeSource, resolveDir);
  }
  const name = packageName(specifier);
  if (name === undefined || isBuiltin(specifier)) return undefined;
  if (specifier === SDK_PACKAGE) return { path: sdkPath };

  const found = await build.resolve(specifier, { importer, kind, resolveDir, pluginData: 'resolving' });
  const here = found.errors.length === 0 && !found.external ? found.path : undefined;
  if (here !== undefined && !isInstalledFile(here)) return undefined;

  const ownImport = kind === 'import-statement' && !isInstalledFile(importer) && !isSdkFile(importer);
  if (ownImport && !needed.has(specifier)) return { path: specifier, namespace: UNUSED, sideEffects: false };
  if (installed.has(name)) {
    external.add(name);
    return { path: specifier, external: true };
  }
  const local = here === undefined ? undefined : packages.of(here);
  if (local !== undefined && !local.native) return undefined;

  external.add(name);
  // `await import()` of what is not there rejects by itself, and needs no names before it runs.
  if (kind !== 'import-statement' && kind !== 'require-call') return { path: specifier, external: true };
  const install = local?.version === undefined ? name : `${name}@${local.version}`;
  const root = build.initialOptions.absWorkingDir ?? '';
  return stubFor(args, install, root);
}

async function stubFor(args: OnResolveArgs, install: string, root: string): Promise<OnResolveResult> {
  const { importer, kind, resolveDir, path: specifier } = args;
  if (kind === 'require-call') return stub(specifier, requiredStub({ specifier, install }), resolveDir);
  const imported = importedNames(importer, await readFile(importer, 'utf8'), specifier);
  const source = importedStub({ specifier, install }, imported, isEsModule(importer));
  return stub(`${specifier} for ${relative(root, importer)}`, source, resolveDir);
}

/** What requires a native file by its path often has a JavaScript one to fall back on. */
function resolveNativeFile(args: OnResolveArgs, packages: InstalledPackages): OnResolveResult {
  const owner = packages.of(`${args.resolveDir}${sep}${args.path}`);
  const install = owner?.version === undefined ? owner?.name : `${owner.name}@${owner.version}`;
  return stub(args.path, nativeFileStub(args.path, install), dirname(args.importer));
}

function stub(path: string, contents: string, resolveDir: string): OnResolveResult {
  return { path, namespace: STUB, sideEffects: false, pluginData: { contents, loader: 'js', resolveDir } };
}
