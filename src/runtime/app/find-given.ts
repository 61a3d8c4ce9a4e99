/**
 * Finds the source of what a declaration was given: `app.function(options, HERE)`, `app.cls(HERE)`.
 *
 * The call is found by the line that its stack names, else by what it is exported as. What it is given may be
 * written in place, be a name of the same file, or be imported from another of the user's files.
 */
import type { CallExpression, Node } from '@oxc-project/types';
import type { EntrypointDeclaration, ServedDeclaration } from '../../sdk/declaration.ts';
import { docComment } from './doc-comment.ts';
import { findDeclared } from './find-declared.ts';
import { nodesIn, type ParsedSource } from './parse-source.ts';
import { declarationPosition, positionAt } from './source-position.ts';
import type { SourceReader } from './source-reader.ts';

const METHODS = { function: 'function', class: 'cls', entrypoint: 'localEntrypoint' } as const;
const PYTHON_METHODS = { function: 'python', class: 'pythonCls', entrypoint: 'localEntrypoint' } as const;

export interface Given {
  /** A function or a class. */
  readonly node: Node;
  /** The file that it is written in. */
  readonly source: ParsedSource;
  /** Text of the comment before it, or before the statement that declares it. */
  readonly comment: string | undefined;
}

export interface DeclaringCall {
  readonly call: MethodCall;
  readonly source: ParsedSource;
  /** Text of the comment before the statement that declares it. */
  readonly comment: string | undefined;
}

/** The call that made a declaration, or undefined where the source does not show it. */
export function findCall(
  reader: SourceReader,
  declaration: ServedDeclaration | EntrypointDeclaration,
): DeclaringCall | undefined {
  const position = declarationPosition(declaration.declaredAt);
  const source = position === undefined ? undefined : reader.read(position.file);
  if (position === undefined || source === undefined) return undefined;
  const python = declaration.kind !== 'entrypoint' && declaration.python !== undefined;
  const method = (python ? PYTHON_METHODS : METHODS)[declaration.kind];
  const calls = [...nodesIn(source.program)].filter((node) => isCallOf(node, method));
  const places = calls.map((call) => positionAt(source.file, source.text, call.callee.property.start));
  const index = places.findIndex(({ line, column }) => line === position.line && column === position.column);
  const call =
    calls[index] ??
    calls[places.findIndex(({ line }) => line === position.line)] ??
    calls.find((each) => exportedAs(source, each) === declaration.name);
  return call && { call, source, comment: docComment(source, statementOf(source, call)) };
}

/** What a declaration was given, or undefined where the source does not show it. */
export function findGiven(
  reader: SourceReader,
  declaration: ServedDeclaration | EntrypointDeclaration,
): Given | undefined {
  const declaring = findCall(reader, declaration);
  const given = declaring?.call.arguments.at(-1);
  if (declaring === undefined || given === undefined) return undefined;
  const { source } = declaring;
  const found = valueBehind(reader, source, given);
  if (found === undefined) return undefined;
  const own = docComment(found.source, found.statement);
  return {
    node: found.node,
    source: found.source,
    comment: own ?? declaring.comment,
  };
}

type MethodCall = CallExpression & { callee: { property: Node } };

function isCallOf(node: Node, method: string): node is MethodCall {
  return (
    node.type === 'CallExpression' &&
    node.callee.type === 'MemberExpression' &&
    node.callee.property.type === 'Identifier' &&
    node.callee.property.name === method
  );
}

export interface Behind extends Omit<Given, 'comment'> {
  /** What its comment stands before. */
  readonly statement: Node;
}

/** The function or class that an expression is or names, without the wrappings of TypeScript. */
export function valueBehind(reader: SourceReader, source: ParsedSource, node: Node): Behind | undefined {
  switch (node.type) {
    case 'ArrowFunctionExpression':
    case 'FunctionExpression':
    case 'ClassExpression':
      return { node, source, statement: node };
    case 'FunctionDeclaration':
    case 'ClassDeclaration':
      return { node, source, statement: statementOf(source, node) };
    case 'ParenthesizedExpression':
    case 'TSAsExpression':
    case 'TSSatisfiesExpression':
    case 'TSNonNullExpression':
      return valueBehind(reader, source, node.expression);
    case 'VariableDeclarator': {
      const behind = node.init === null ? undefined : valueBehind(reader, source, node.init);
      return behind === undefined ? undefined : { ...behind, statement: statementOf(source, node) };
    }
    case 'Identifier': {
      const declared = findDeclared(reader, source, node.name);
      // A name that stands for itself would go round for ever.
      return declared === undefined || declared.node === node
        ? undefined
        : valueBehind(reader, declared.source, declared.node);
    }
    default:
      return undefined;
  }
}

/** The top-level statement around a node. */
function statementOf(source: ParsedSource, node: Node): Node {
  return source.program.body.find(({ start, end }) => start <= node.start && node.end <= end) ?? node;
}

/** The name of the variable that a top-level call initialises. */
function exportedAs(source: ParsedSource, call: Node): string | undefined {
  const statement = statementOf(source, call);
  const declaration = statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement;
  if (declaration?.type !== 'VariableDeclaration') return undefined;
  const declarator = declaration.declarations.find(({ init }) => init === call);
  return declarator?.id.type === 'Identifier' ? declarator.id.name : undefined;
}
