/**
 * Gives every declaration of an app its name.
 *
 * The order of rules: `options.name`, else the name of the export, else the own name of the function or class.
 * The loader and the runner apply the same rules to the same modules, so both sides agree.
 * It reports what has no name; refusing it, with file and line, is the loader's work.
 */
import type { AppDeclaration, EntrypointDeclaration, ServedDeclaration } from './declaration.ts';

/** The exports of the app's own modules, the entry file first. */
export type ModuleExports = Readonly<Record<string, unknown>>;

/** Fills in `name` of the app's functions, classes and entrypoints. Returns those that are left without one. */
export function nameDeclarations(
  app: AppDeclaration,
  modules: readonly ModuleExports[],
): (ServedDeclaration | EntrypointDeclaration)[] {
  const exported = new Map<unknown, string>();
  for (const module of modules) {
    for (const [name, value] of Object.entries(module)) {
      if (name !== 'default' && isHandle(value) && !exported.has(value)) exported.set(value, name);
    }
  }
  const nameless: (ServedDeclaration | EntrypointDeclaration)[] = [];
  for (const declaration of [...app.functions, ...app.entrypoints]) {
    const name = declaration.options.name ?? exported.get(declaration.handle) ?? declaration.fn.name;
    if (name === '') nameless.push(declaration);
    else declaration.name = name;
  }
  return nameless;
}

function isHandle(value: unknown): boolean {
  return typeof value === 'function' || (typeof value === 'object' && value !== null);
}
