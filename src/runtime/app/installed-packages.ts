/**
 * The packages in `node_modules`: their names and versions, and whether they hold native code.
 *
 * No bundle can carry native code. It goes by the marks that packages carry for npm and for their own loaders: a gyp build, a loader of
 * prebuilt binaries among the dependencies, or optional packages by platform. Reads package.json and folders.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';

export interface InstalledPackage {
  readonly name: string;
  readonly version: string | undefined;
  readonly native: boolean;
}

/** Packages that exist to build or to find a native add-on. */
const ADDON_LOADERS: ReadonlySet<string> = new Set([
  'bindings',
  'node-gyp-build',
  'node-gyp-build-optional-packages',
  'prebuild-install',
  '@mapbox/node-pre-gyp',
  'node-pre-gyp',
  'node-addon-api',
  'nan',
  'pkg-prebuilds',
]);

/** Names of packages that hold a binary for one platform: `@img/sharp-linux-x64`. */
const PLATFORM = /(?:^|[-/@])(?:linux|darwin|win32)(?:musl)?-(?:x64|arm64|arm|ia32|riscv64|s390x|ppc64)/;

/** Looks packages up by their files, each once: a bundle asks for the same few again and again. */
export class InstalledPackages {
  readonly #byFolder = new Map<string, InstalledPackage>();

  /** The installed package that a file belongs to, or undefined for a file outside of `node_modules`. */
  of(file: string): InstalledPackage | undefined {
    const folder = packageFolder(file);
    if (folder === undefined) return undefined;
    const known = this.#byFolder.get(folder) ?? readPackage(folder);
    this.#byFolder.set(folder, known);
    return known;
  }
}

function readPackage(folder: string): InstalledPackage {
  const manifest = readManifest(folder);
  const mark = `node_modules${sep}`;
  return {
    name: manifest.name ?? folder.slice(folder.lastIndexOf(mark) + mark.length).replaceAll(sep, '/'),
    version: manifest.version,
    native: isNative(folder, manifest),
  };
}

interface PackageManifest {
  readonly name?: string;
  readonly version?: string;
  readonly gypfile?: boolean;
  readonly binary?: unknown;
  readonly napi?: unknown;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

function isNative(folder: string, manifest: PackageManifest): boolean {
  return (
    manifest.gypfile === true ||
    manifest.binary !== undefined ||
    manifest.napi !== undefined ||
    Object.keys(manifest.dependencies ?? {}).some((name) => ADDON_LOADERS.has(name)) ||
    Object.keys(manifest.optionalDependencies ?? {}).some((name) => PLATFORM.test(name)) ||
    ['binding.gyp', 'prebuilds', join('build', 'Release')].some((name) => existsSync(join(folder, name))) ||
    readdirSync(folder).some((name) => name.endsWith('.node'))
  );
}

/** `…/node_modules/@scope/name` of a file anywhere below it. */
function packageFolder(file: string): string | undefined {
  const mark = `${sep}node_modules${sep}`;
  const at = file.lastIndexOf(mark);
  if (at === -1) return undefined;
  const [first = '', second = ''] = file.slice(at + mark.length).split(sep);
  return `${file.slice(0, at + mark.length)}${first.startsWith('@') ? join(first, second) : first}`;
}

function readManifest(folder: string): PackageManifest {
  const file = join(folder, 'package.json');
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as PackageManifest) : {};
}
