/**
 * Loads an app file: imports it, finds the one app that it declares and names its functions and classes.
 *
 * The order of what is refused: no such file, a module that cannot be loaded, no or several apps, bad,
 * missing or double names. Options are checked by describe-app.ts.
 *
 * Invariants
 * - apps that were declared before this load, or by another one, are not seen
 * - the first of `modules` is the app file itself
 */
import type { AppDeclaration } from '../../sdk/declaration.ts';
import { declaredApps } from '../../sdk/declaration.ts';
import { UserError } from '../../shared/errors.ts';
import { findAppFile } from './app-file.ts';
import { checkNames } from './check-names.ts';
import { findHiddenMethods } from './find-method.ts';
import { loadError } from './load-errors.ts';
import { type ModuleLoader, type OwnModule, openModuleLoader } from './module-loader.ts';
import { notePython } from './note-python.ts';
import { declarationPosition, displayPath, displayPosition } from './source-position.ts';
import { SourceReader } from './source-reader.ts';

export type { OwnModule } from './module-loader.ts';

/** An app in this process. Dispose of it to forget its modules; what was loaded goes on working. */
export interface LoadedApp extends Disposable {
  /** Absolute path of the app file. */
  readonly file: string;
  readonly declaration: AppDeclaration;
  /** The user's own modules that export or declare something of the app, the app file first. */
  readonly modules: readonly OwnModule[];
}

/**
 * Loads the app of a file.
 *
 * @throws UserError where the file is not an app file, cannot be loaded or declares no sound app
 */
export async function loadApp(file: string): Promise<LoadedApp> {
  const path = await findAppFile(file);
  const loader = openModuleLoader(path);
  try {
    const before = new Set(declaredApps());
    await importOrExplain(loader, path);
    const declaration = soleApp(
      path,
      declaredApps().filter((app) => !before.has(app)),
    );
    const modules = ofApp(declaration, path, await loader.ownModules());
    checkNames(declaration, modules);
    noteHiddenMethods(declaration);
    notePython(declaration, path);
    return { file: path, declaration, modules, [Symbol.dispose]: () => loader[Symbol.dispose]() };
  } catch (error) {
    loader[Symbol.dispose]();
    throw error;
  }
}

/** Private and protected methods are no part of what an app offers; only the source tells them. */
function noteHiddenMethods(app: AppDeclaration): void {
  const reader = new SourceReader();
  for (const served of app.functions) {
    if (served.kind === 'class' && served.python === undefined)
      served.hiddenMethods = findHiddenMethods(reader, served);
  }
}

async function importOrExplain(loader: ModuleLoader, path: string): Promise<void> {
  try {
    await loader.import(path);
  } catch (error) {
    throw await loadError(path, loader, error);
  }
}

function soleApp(path: string, apps: readonly AppDeclaration[]): AppDeclaration {
  const [app, second] = apps;
  if (app === undefined) {
    throw new UserError('NO_APP', `${displayPath(path)} declares no app`, {
      suggestions: ['declare one: const app = new App("my-app")'],
    });
  }
  if (second !== undefined) {
    throw new UserError(
      'SEVERAL_APPS',
      `${displayPath(path)} declares ${apps.length} apps; a file holds one`,
      {
        details: apps.map((each) => `${placeOf(each)}  new App(${JSON.stringify(each.name)})`).join('\n'),
        suggestions: ['move each app to a file of its own', 'share one App between modules by exporting it'],
      },
    );
  }
  return app;
}

function placeOf(app: AppDeclaration): string {
  const position = declarationPosition(app.declaredAt);
  return position === undefined ? '(unknown place)' : displayPosition(position);
}

/** The modules that export a handle of the app or declare one, the app file first. */
function ofApp(app: AppDeclaration, path: string, modules: readonly OwnModule[]): OwnModule[] {
  const declarations = [...app.functions, ...app.entrypoints];
  const handles = new Set<unknown>(declarations.map(({ handle }) => handle));
  const sites = new Set(declarations.map(({ declaredAt }) => declarationPosition(declaredAt)?.file));
  const others = modules.filter(
    (module) =>
      module.path !== path &&
      (sites.has(module.path) || Object.values(module.exports).some((value) => handles.has(value))),
  );
  const entry = modules.find((module) => module.path === path) ?? { path, exports: {} };
  return [entry, ...others].map(inExportOrder);
}

/** Exports sorted by name, as the namespace of an ES module has them: the bundle's are, CommonJS ones are not. */
function inExportOrder(module: OwnModule): OwnModule {
  const entries = Object.entries(module.exports).sort(([a], [b]) => (a < b ? -1 : 1));
  return { path: module.path, exports: Object.fromEntries(entries) };
}
