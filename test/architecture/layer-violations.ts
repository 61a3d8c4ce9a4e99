/**
 * Compares what modules import with the layer table: what breaks it, and what it allows for nothing.
 *
 * Pure. A module belongs to the longest row that its path starts with; inside a row everything is allowed.
 */
import type { Allowed, Layer } from './layer-table.ts';
import {
  COMPUTED,
  type ImportKind,
  importedModule,
  importedPackage,
  type ModuleImport,
  type SourceModule,
} from './source-modules.ts';

/** Imports that the table does not allow, one line each. */
export function layerViolations(modules: readonly SourceModule[], table: readonly Layer[]): string[] {
  const violations: string[] = [];
  for (const module of modules) {
    const layer = layerOf(module.path, table);
    if (layer === undefined) violations.push(`${module.path}: its folder is not in the table`);
    else {
      for (const each of module.imports) {
        const target = targetOf(module, each, table);
        if (target === undefined || permits(target, each.kind, layer)) continue;
        violations.push(`${module.path}: ${PHRASE[each.kind]} ${target.name} (${each.specifier})`);
      }
    }
  }
  return violations;
}

/** Rows without modules, and allowances that no import needs as wide as they are. */
export function idleAllowances(modules: readonly SourceModule[], table: readonly Layer[]): string[] {
  const idle: string[] = [];
  for (const layer of table) {
    const own = modules.filter((module) => layerOf(module.path, table) === layer);
    if (own.length === 0) idle.push(`${layer.folder}: no such module`);
    const used = own.flatMap((module) =>
      module.imports.map((each) => ({ kind: each.kind, target: targetOf(module, each, table) })),
    );
    for (const [what, allowances] of [
      ['folder', layer.folders],
      ['package', layer.packages],
    ] as const) {
      for (const [name, allowed] of allowances) {
        const kinds = used.filter((each) => each.target?.what === what && each.target.name === name);
        if (!kinds.some(({ kind }) => needs(kind) === allowed)) {
          idle.push(`${layer.folder}: ${name}${allowed === 'any' ? '' : ` (${allowed})`} is not needed`);
        }
      }
    }
    if (layer.node !== 'any') {
      for (const name of layer.node) {
        if (!used.some(({ target }) => target?.what === 'node' && target.name === name)) {
          idle.push(`${layer.folder}: ${name} is not needed`);
        }
      }
    }
  }
  return idle;
}

const PHRASE: Record<ImportKind, string> = {
  static: 'may not import',
  dynamic: 'may not import on demand',
  type: 'may not import types of',
};

interface Target {
  readonly what: 'folder' | 'package' | 'node';
  readonly name: string;
}

/** What an import leads to, or undefined inside the module's own row. */
function targetOf(
  from: SourceModule,
  { specifier }: ModuleImport,
  table: readonly Layer[],
): Target | undefined {
  if (specifier === COMPUTED) return undefined;
  if (specifier.startsWith('node:')) return { what: 'node', name: specifier };
  const packageName = importedPackage(specifier);
  if (packageName !== undefined) return { what: 'package', name: packageName };
  const path = importedModule(from.path, specifier) as string;
  const layer = layerOf(path, table);
  if (layer !== undefined && layer === layerOf(from.path, table)) return undefined;
  return { what: 'folder', name: layer?.folder ?? path };
}

function layerOf(path: string, table: readonly Layer[]): Layer | undefined {
  return table
    .filter(({ folder }) => path === folder || path.startsWith(`${folder}/`))
    .sort((a, b) => b.folder.length - a.folder.length)[0];
}

function permits({ what, name }: Target, kind: ImportKind, layer: Layer): boolean {
  if (what === 'node') return layer.node === 'any' || layer.node.has(name);
  const allowed = (what === 'folder' ? layer.folders : layer.packages).get(name);
  if (allowed === undefined) return false;
  return kind === 'type' || allowed === 'any' || (allowed === 'on demand' && kind === 'dynamic');
}

/** The narrowest allowance that an import of this kind fits. */
function needs(kind: ImportKind): Allowed {
  return kind === 'static' ? 'any' : kind === 'dynamic' ? 'on demand' : 'types';
}
