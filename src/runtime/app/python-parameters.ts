/**
 * What a Python function or method takes, for the command line: by the type that its declaration was given, else by
 * Python's own annotations, which are read as the TypeScript that `dray types` would write.
 */
import type { TSFunctionType, TSType } from '@oxc-project/types';
import type { FunctionParameters } from '../../protocol/parameters.ts';
import type { ServedDeclaration } from '../../sdk/declaration.ts';
import { pythonType } from '../python/python-types.ts';
import { docComment, readDoc } from './doc-comment.ts';
import { findDeclared } from './find-declared.ts';
import type { FoundFunction } from './find-function.ts';
import { findCall } from './find-given.ts';
import { functionParameters } from './function-parameters.ts';
import { keyName } from './object-fields.ts';
import { nodesIn, type ParsedSource, parseSource } from './parse-source.ts';
import type { SourceReader } from './source-reader.ts';

const NOTHING: FunctionParameters = { style: 'positional', parameters: [] };

/** `method` is of a class; its constructor is `constructor`. Never fails: what cannot be read has no flags. */
export function readPythonParameters(
  reader: SourceReader,
  declaration: ServedDeclaration,
  method = '',
): FunctionParameters {
  const { python } = declaration;
  const outline = python?.outline;
  const own =
    outline === undefined
      ? undefined
      : typeOf(parseSource('types.ts', pythonType(outline.file, python?.name ?? '')), python?.name ?? '');
  const given = typeArgument(reader, declaration);
  const found = (given && partOf(reader, given, method)) ?? (own && partOf(reader, own, method));
  if (found === undefined) return NOTHING;
  const comment = (own && partOf(reader, own, method)?.comment) ?? found.comment;
  // An annotation of Python takes an object as one value among others: its flags are its fields only where it is all.
  const { description } = readDoc(comment?.split('\n\n')[0]);
  return {
    ...(description !== undefined && { description }),
    ...functionParameters(reader, found, readDoc(comment)),
  };
}

interface TypeInSource {
  readonly type: TSType;
  readonly source: ParsedSource;
  readonly comment: string | undefined;
}

/** `F` of `app.python<F>(…)`. */
function typeArgument(reader: SourceReader, declaration: ServedDeclaration): TypeInSource | undefined {
  const found = findCall(reader, declaration);
  const type = found?.call.typeArguments?.params[0];
  return found === undefined || type === undefined
    ? undefined
    : { type, source: found.source, comment: found.comment };
}

function typeOf(source: ParsedSource, name: string): TypeInSource | undefined {
  for (const statement of source.program.body) {
    const node = statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement;
    if (node?.type === 'TSTypeAliasDeclaration' && node.id.name === name) {
      return { type: node.typeAnnotation, source, comment: docComment(source, statement) };
    }
  }
  return undefined;
}

/** The function type itself, or that of a method or of the constructor. */
function partOf(reader: SourceReader, given: TypeInSource, method: string): FoundFunction | undefined {
  const { type, source, comment } = resolved(reader, given);
  if (method === '') return type.type === 'TSFunctionType' ? asFunction(type, source, comment) : undefined;
  if (method === 'constructor') {
    return type.type === 'TSConstructorType' ? asFunction(type as never, source, undefined) : undefined;
  }
  const instance = type.type === 'TSConstructorType' ? type.returnType.typeAnnotation : type;
  for (const node of nodesIn(resolved(reader, { type: instance, source, comment }).type)) {
    if (node.type === 'TSMethodSignature' && keyName(node.key) === method) {
      return asFunction(node as never, source, docComment(source, node));
    }
    if (node.type !== 'TSPropertySignature' || keyName(node.key) !== method) continue;
    const value = node.typeAnnotation?.typeAnnotation;
    if (value?.type === 'TSFunctionType') return asFunction(value, source, docComment(source, node));
  }
  return undefined;
}

/** Follows a name to the type that it stands for. */
function resolved(reader: SourceReader, given: TypeInSource): TypeInSource {
  const { type, source } = given;
  if (type.type !== 'TSTypeReference' || type.typeName.type !== 'Identifier') return given;
  const declared = findDeclared(reader, source, type.typeName.name);
  if (declared?.node.type !== 'TSTypeAliasDeclaration') return given;
  return resolved(reader, { ...given, type: declared.node.typeAnnotation, source: declared.source });
}

/** A type of functions has the parameters of one. */
function asFunction(node: TSFunctionType, source: ParsedSource, comment: string | undefined): FoundFunction {
  return { node: node as unknown as FoundFunction['node'], source, comment };
}
