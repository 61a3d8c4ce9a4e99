/**
 * Which names a module imports from another, read from its source.
 */
import { parseSource } from './parse-source.ts';

export interface ImportedNames {
  /** `default` among them. */
  readonly names: readonly string[];
  /** Imported or re-exported as a whole: `import * as x`, `export *`. */
  readonly whole: boolean;
  /** Imported for its effects only, at least once: `import "x"`. */
  readonly bare: boolean;
}

/** What a module's import and re-export statements take from `specifier`; types aside. */
export function importedNames(file: string, source: string, specifier: string): ImportedNames {
  const { module } = parseSource(file, source);
  const names = new Set<string>();
  let whole = false;
  let bare = false;
  for (const { moduleRequest, entries } of module.staticImports) {
    if (moduleRequest.value !== specifier) continue;
    if (entries.length === 0) bare = true;
    for (const { importName, isType } of entries) {
      if (isType) continue;
      if (importName.kind === 'NamespaceObject') whole = true;
      else names.add(importName.kind === 'Default' ? 'default' : (importName.name as string));
    }
  }
  for (const { entries } of module.staticExports) {
    for (const { moduleRequest, importName, isType } of entries) {
      if (moduleRequest?.value !== specifier || isType) continue;
      if (importName.kind === 'Name') names.add(importName.name as string);
      else whole = true;
    }
  }
  return { names: [...names].sort(), whole, bare };
}
