/**
 * Loads the user's TypeScript and JavaScript into this process, and remembers which modules were loaded.
 *
 * tsx transforms and resolves (extensions, tsconfig paths, JSON, both module systems); the hooks here find
 * `dray` and note what happened. The only file that knows tsx.
 *
 * Invariants
 * - each loader has its own copies of the user's modules, so that loading a changed file again sees the change
 * - modules that user code imports later, while it runs, load the same way until the loader is disposed
 * - `dray` is the user's installed one where there is one, else our own
 */

import { existsSync } from 'node:fs';
import { createRequire, registerHooks } from 'node:module';
import { devNull } from 'node:os';
import { dirname, join, sep } from 'node:path';
import { register as registerCommonJs } from 'tsx/cjs/api';
import { register as registerEsm } from 'tsx/esm/api';
import { isSdkFile, SDK_PACKAGE, sdkUrl } from './sdk-location.ts';
import { filePath } from './source-position.ts';

export type Exports = Readonly<Record<string, unknown>>;

/** A file of the user's own that was loaded. */
export interface OwnModule {
  /** Absolute path. */
  readonly path: string;
  readonly exports: Exports;
}

/** An import that found nothing. */
export interface FailedImport {
  readonly specifier: string;
  /** Path of the importing file. */
  readonly importer: string;
  readonly error: unknown;
}

export interface ModuleLoader extends Disposable {
  /** Imports a file. Throws whatever its evaluation throws. */
  import(file: string): Promise<Exports>;
  /** The user's own modules loaded so far, in the order they were first asked for. */
  ownModules(): Promise<OwnModule[]>;
  /** The user's own files that were asked for so far, whether or not they loaded. */
  ownFiles(): string[];
  /** The failed import that an error reports, if it reports one. */
  failedImport(error: unknown): FailedImport | undefined;
}

/** Marks the copies of one loader; counted, so that tsx finds its cached transforms in the next process. */
let copies = 0;

/** Opens a loader for one app file. */
export function openModuleLoader(appFile: string): ModuleLoader {
  const namespace = `dray-${++copies}`;
  const { cache } = createRequire(import.meta.url);
  forgetEarlierCopies(cache);
  const before = new Set(Object.keys(cache));
  const asked = new Set<string>();
  const evaluatedAsEsm = new Set<string>();
  const failures: FailedImport[] = [];

  const tsconfig = nearestTsconfig(dirname(appFile));
  const commonJs = withTsconfig(tsconfig, () => registerCommonJs({ namespace }));
  const esm = registerEsm({ namespace, tsconfig: tsconfig ?? false });
  const hooks = registerHooks({
    resolve(specifier, context, nextResolve) {
      try {
        const resolved = nextResolve(specifier, context);
        if (isOwnUrl(resolved.url)) asked.add(filePath(resolved.url));
        return resolved;
      } catch (error) {
        if (packageOf(specifier) === SDK_PACKAGE && isNotFound(error)) {
          return { url: sdkUrl, shortCircuit: true };
        }
        failures.push({ specifier, importer: filePath(context.parentURL ?? ''), error });
        throw error;
      }
    },
    load(url, context, nextLoad) {
      const loaded = nextLoad(url, context);
      if (loaded.format === 'module' && isOwnUrl(url)) evaluatedAsEsm.add(filePath(url));
      return loaded;
    },
  });

  const commonJsModules = () => {
    const found = new Map<string, NodeJS.Module>();
    for (const [id, module] of Object.entries(cache)) {
      if (before.has(id) || module === undefined) continue;
      const path = filePath(id);
      if (isOwnFile(path)) found.set(path, module);
    }
    return found;
  };

  return {
    import: (file) => esm.import(file, import.meta.url),

    async ownModules() {
      const required = commonJsModules();
      const paths = new Set([...asked, ...required.keys()]);
      const modules: OwnModule[] = [];
      for (const path of paths) {
        const exports = evaluatedAsEsm.has(path)
          ? await esm.import(path, import.meta.url)
          : required.get(path)?.exports;
        if (typeof exports === 'object' && exports !== null) modules.push({ path, exports });
      }
      return modules;
    },

    ownFiles: () => [...asked],

    failedImport: (error) => failures.findLast((failure) => failure.error === error),

    [Symbol.dispose]() {
      hooks.deregister();
      commonJs();
      void esm();
      for (const [path, module] of commonJsModules()) {
        delete cache[module.id];
        delete cache[path];
      }
    },
  };
}

/** Node resolves a relative require to what the same require found before, as long as that is cached. */
function forgetEarlierCopies(cache: NodeJS.Dict<NodeJS.Module>): void {
  for (const id of Object.keys(cache)) {
    if (id.includes('?namespace=dray-')) delete cache[id];
  }
}

/**
 * tsx's CommonJS half takes its tsconfig from the environment only, and reads it while it registers. Where
 * there is none it would take the current folder's, which need not be the app's: an empty file stands for none.
 */
function withTsconfig<T>(tsconfig: string | undefined, register: () => T): T {
  const previous = process.env.TSX_TSCONFIG_PATH;
  process.env.TSX_TSCONFIG_PATH = tsconfig ?? devNull;
  try {
    return register();
  } finally {
    if (previous === undefined) delete process.env.TSX_TSCONFIG_PATH;
    else process.env.TSX_TSCONFIG_PATH = previous;
  }
}

/** The tsconfig.json of a folder or of the nearest folder above it. */
function nearestTsconfig(folder: string): string | undefined {
  for (let at = folder; ; at = dirname(at)) {
    const candidate = join(at, 'tsconfig.json');
    if (existsSync(candidate)) return candidate;
    if (at === dirname(at)) return undefined;
  }
}

function isOwnUrl(url: string): boolean {
  return url.startsWith('file:') && isOwnFile(filePath(url));
}

/** Whether a file is the user's own: neither installed nor ours. */
function isOwnFile(file: string): boolean {
  return !file.includes(`${sep}node_modules${sep}`) && !isSdkFile(file);
}

/** `dray` of `dray/package.json`; the query that a loader may append is no part of it. */
function packageOf(specifier: string): string {
  const [bare = ''] = specifier.split('?');
  const [name = ''] = bare.split('/');
  return name;
}

function isNotFound(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND';
}
