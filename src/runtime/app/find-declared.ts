/**
 * Finds what a name means at the top level of a module: a declaration there, or one that it imports.
 *
 * Pure over the reader's sources. Shadowing inside functions is not looked at.
 */
import type { Node } from '@oxc-project/types';
import type { ParsedSource } from './parse-source.ts';
import type { SourceReader } from './source-reader.ts';

/** A declaration and the file it is in, whose names it uses. */
export interface Declared {
  readonly node: Node;
  readonly source: ParsedSource;
}

/** Import and re-export chains longer than this are cycles. */
const MAX_DEPTH = 20;

/** The function, variable, class, type, interface or enum that `name` stands for in `source`. */
export function findDeclared(
  reader: SourceReader,
  source: ParsedSource,
  name: string,
  depth = 0,
): Declared | undefined {
  for (const statement of source.program.body) {
    const node = declaredBy(statement, name);
    if (node !== undefined) return { node, source };
  }
  for (const { moduleRequest, entries } of source.module.staticImports) {
    const entry = entries.find(({ localName }) => localName.value === name);
    if (entry === undefined || entry.importName.kind === 'NamespaceObject') continue;
    const imported = entry.importName.kind === 'Default' ? 'default' : (entry.importName.name as string);
    return findIn(reader, source, moduleRequest.value, imported, depth);
  }
  return undefined;
}

/** What a module exports under a name, `default` included. */
export function findExported(
  reader: SourceReader,
  source: ParsedSource,
  exported: string,
  depth = 0,
): Declared | undefined {
  const entries = source.module.staticExports.flatMap((each) => each.entries);
  for (const { exportName, localName, importName, moduleRequest } of entries) {
    const name = exportName.kind === 'Default' ? 'default' : exportName.name;
    if (name !== exported) continue;
    if (moduleRequest !== null) {
      return findIn(reader, source, moduleRequest.value, importName.name ?? 'default', depth);
    }
    if (localName.name !== null && localName.kind === 'Name') {
      return findDeclared(reader, source, localName.name, depth);
    }
    return defaultExport(reader, source, depth);
  }
  for (const { exportName, moduleRequest } of entries) {
    if (exportName.kind !== 'None' || moduleRequest === null) continue;
    const found = findIn(reader, source, moduleRequest.value, exported, depth);
    if (found !== undefined) return found;
  }
  return undefined;
}

function findIn(
  reader: SourceReader,
  from: ParsedSource,
  specifier: string,
  exported: string,
  depth: number,
): Declared | undefined {
  if (depth >= MAX_DEPTH) return undefined;
  const source = reader.readImported(from, specifier);
  return source === undefined ? undefined : findExported(reader, source, exported, depth + 1);
}

function defaultExport(reader: SourceReader, source: ParsedSource, depth: number): Declared | undefined {
  const statement = source.program.body.find(({ type }) => type === 'ExportDefaultDeclaration');
  if (statement?.type !== 'ExportDefaultDeclaration') return undefined;
  const node = statement.declaration as Node;
  return node.type === 'Identifier' ? findDeclared(reader, source, node.name, depth) : { node, source };
}

/** The part of a statement that declares `name`; of a variable, its declarator. */
function declaredBy(statement: Node, name: string): Node | undefined {
  switch (statement.type) {
    case 'ExportNamedDeclaration':
    case 'ExportDefaultDeclaration':
      return statement.declaration === null ? undefined : declaredBy(statement.declaration as Node, name);
    case 'VariableDeclaration':
      return statement.declarations.find(({ id }) => id.type === 'Identifier' && id.name === name);
    case 'FunctionDeclaration':
    case 'ClassDeclaration':
    case 'TSTypeAliasDeclaration':
    case 'TSInterfaceDeclaration':
    case 'TSEnumDeclaration':
      return statement.id?.name === name ? statement : undefined;
    default:
      return undefined;
  }
}
