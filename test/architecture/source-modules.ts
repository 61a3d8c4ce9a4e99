/**
 * Every module under src, parsed once, and what each imports: the ground that the architecture tests stand on.
 *
 * Covers `import`, `export … from`, `import()` and type-only forms of all of them. It judges nothing.
 */
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { nodesIn, type ParsedSource, parseSource } from '../../src/runtime/app/parse-source.ts';

/** The root of the repository. */
export const ROOT = path.resolve(import.meta.dirname, '../..');

/** `static` is there at load, `dynamic` when its line runs, `type` is erased. */
export type ImportKind = 'static' | 'dynamic' | 'type';

export interface ModuleImport {
  readonly kind: ImportKind;
  /** As written: `./call.ts`, `node:fs`, `@oclif/core/interfaces`. */
  readonly specifier: string;
}

export interface SourceModule {
  /** Relative to src, with slashes: `runtime/scheduler/call.ts`. */
  readonly path: string;
  readonly source: ParsedSource;
  readonly imports: readonly ModuleImport[];
}

/** All modules of src, sorted by path. */
export function sourceModules(): readonly SourceModule[] {
  modules ??= globSync('src/**/*.ts', { cwd: ROOT })
    .sort()
    .map((file) => parseModule(file.replace(/^src\//, ''), readFileSync(path.join(ROOT, file), 'utf8')));
  return modules;
}
let modules: readonly SourceModule[] | undefined;

/** One module from its text; tests of the rules themselves make their own. */
export function parseModule(modulePath: string, text: string): SourceModule {
  const source = parseSource(modulePath, text);
  return { path: modulePath, source, imports: importsOf(source) };
}

/** Where in src a relative import leads, or undefined for packages and Node's own modules. */
export function importedModule(from: string, specifier: string): string | undefined {
  return specifier.startsWith('.') ? path.posix.join(path.posix.dirname(from), specifier) : undefined;
}

/** The npm package of an import, or undefined for relative ones and Node's own modules. */
export function importedPackage(specifier: string): string | undefined {
  if (specifier.startsWith('.') || specifier.startsWith('node:')) return undefined;
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

function importsOf({ program, file }: ParsedSource): ModuleImport[] {
  const imports: ModuleImport[] = [];
  for (const node of nodesIn(program)) {
    switch (node.type) {
      case 'ImportDeclaration': {
        const erased = node.importKind === 'type' || everyIsType(node.specifiers, 'importKind');
        imports.push({ kind: erased ? 'type' : 'static', specifier: node.source.value });
        break;
      }
      case 'ExportNamedDeclaration': {
        if (node.source === null) break;
        const erased = node.exportKind === 'type' || everyIsType(node.specifiers, 'exportKind');
        imports.push({ kind: erased ? 'type' : 'static', specifier: node.source.value });
        break;
      }
      case 'ExportAllDeclaration':
        imports.push({
          kind: node.exportKind === 'type' ? 'type' : 'static',
          specifier: node.source.value,
        });
        break;
      case 'TSImportType':
        imports.push({ kind: 'type', specifier: node.source.value });
        break;
      case 'ImportExpression':
        imports.push({ kind: 'dynamic', specifier: literalText(node.source) });
        break;
      case 'CallExpression':
        // createRequire(import.meta.url)('x')
        if (node.callee.type === 'CallExpression' && isNamed(node.callee.callee, 'createRequire')) {
          imports.push({ kind: 'dynamic', specifier: literalText(node.arguments[0] ?? node) });
        }
        break;
      case 'TSImportEqualsDeclaration':
        throw new Error(`${file}: import = require() is not erasable`);
    }
  }
  return imports;
}

/** `import { type A, type B }` names types alone; `import {}` and `import 'x'` run the module. */
function everyIsType(specifiers: readonly object[], key: 'importKind' | 'exportKind'): boolean {
  return (
    specifiers.length > 0 && specifiers.every((each) => (each as Record<string, unknown>)[key] === 'type')
  );
}

function isNamed(node: { type: string; name?: unknown }, name: string): boolean {
  return node.type === 'Identifier' && node.name === name;
}

/** What `import()` is given, where it is plain text; the user's own modules are named by a variable. */
function literalText(node: { type: string; value?: unknown }): string {
  return node.type === 'Literal' && typeof node.value === 'string' ? node.value : COMPUTED;
}

/** Stands for a specifier that only the running program knows. */
export const COMPUTED = 'node:computed';
