/**
 * Bundles an app's code into one ES module, for a container to import.
 *
 * In it are the user's own modules, pure JavaScript packages from their `node_modules`, and dray's own SDK.
 * Left to the image are the packages that it installs. What the image may lack becomes a stub that fails only
 * when it is used (package-stub.ts). What only a local entrypoint needs is left out (strip-entrypoints.ts).
 *
 * Invariants
 * - the default export lists, for each of the app's modules, its exported functions by export name, so that
 *   sdk/naming.ts gives every function the name it has here
 * - same sources and packages, same bundle, byte for byte
 */
import { createHash } from 'node:crypto';
import { dirname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type BuildOptions, build } from 'esbuild';
import type { Bundle } from '../../protocol/bundle.ts';
import { bundleEntry } from './bundle-entry.ts';
import { bundleError } from './bundle-errors.ts';
import { bundlePlugin, STUB, UNUSED } from './bundle-plugin.ts';
import type { LoadedApp } from './load-app.ts';
import { neededPackages } from './needed-packages.ts';
import { installedName } from './package-name.ts';

export interface BundleAppOptions {
  readonly app: Pick<LoadedApp, 'file' | 'declaration' | 'modules'>;
  /** What the image installs from npm, as its recipe names it: `sharp@0.34.5`. */
  readonly installed: readonly string[];
}

/** Name of the synthetic entry module in the source map. */
const ENTRY = 'dray-entry.js';

/** What CommonJS code finds around it, for packages that are bundled into an ES module. */
const BANNER = [
  'import { createRequire as __drayCreateRequire } from "node:module";',
  'import { fileURLToPath as __drayPath } from "node:url";',
  'import { dirname as __drayParent } from "node:path";',
  'const require = __drayCreateRequire(import.meta.url);',
  'const __drayFilename = __drayPath(import.meta.url), __drayDirname = __drayParent(__drayFilename);',
].join(' ');

/**
 * Bundles an app for images that install the given packages.
 *
 * @throws UserError APP_SYNTAX_ERROR, APP_IMPORT_NOT_FOUND or APP_BUNDLE_FAILED
 */
export async function bundleApp({ app, installed }: BundleAppOptions): Promise<Bundle> {
  const folder = dirname(app.file);
  const options = buildOptions(folder, bundleEntry(app));
  const own = app.modules.map(({ path }) => path);
  try {
    const needed = await neededPackages(options, own);
    const external = new Set<string>();
    const plugin = bundlePlugin({
      own,
      needed,
      installed: new Set(installed.flatMap((line) => installedName(line) ?? [])),
      external,
    });
    const { outputFiles = [] } = await build({ ...options, plugins: [plugin] });
    const code = outputFiles.find(({ path }) => path.endsWith('.mjs'))?.text ?? '';
    const map = outputFiles.find(({ path }) => path.endsWith('.map'))?.text ?? '{}';
    return sealed(code, withFileUrls(map, folder), [...external].sort());
  } catch (error) {
    throw await bundleError(folder, error);
  }
}

function buildOptions(folder: string, entry: string) {
  return {
    stdin: { contents: entry, resolveDir: folder, sourcefile: ENTRY, loader: 'js' },
    absWorkingDir: folder,
    outfile: 'app.mjs',
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    // The oldest Node that an image may have: Image.fromRegistry.
    target: 'node20',
    keepNames: true,
    sourcemap: 'external',
    sourcesContent: false,
    legalComments: 'none',
    logLevel: 'silent',
    banner: { js: BANNER },
    define: { __filename: '__drayFilename', __dirname: '__drayDirname' },
  } as const satisfies BuildOptions;
}

/** The map with sources as file URLs, so that a stack in a container names the author's own file. */
function withFileUrls(map: string, folder: string): string {
  const parsed = JSON.parse(map) as { sources?: string[] };
  // Modules without a file: `namespace:name` for those of the plugin, and the entry.
  parsed.sources = (parsed.sources ?? []).map((source) =>
    isVirtual(source) ? source : pathToFileURL(resolve(folder, source)).href,
  );
  return JSON.stringify(parsed);
}

function isVirtual(source: string): boolean {
  return source === ENTRY || [STUB, UNUSED].some((namespace) => source.startsWith(`${namespace}:`));
}

function sealed(code: string, sourceMap: string, external: readonly string[]): Bundle {
  const digest = createHash('sha256')
    .update(JSON.stringify([code, sourceMap, external]))
    .digest('hex');
  return { code, sourceMap, external, digest };
}
