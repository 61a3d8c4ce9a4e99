/**
 * The parameters of a function, from its syntax tree.
 *
 * One object parameter gives a flag per field; otherwise each parameter is a flag. `...argv` alone takes
 * everything as typed. A parameter without a type takes the type of its default, else a string.
 */
import type { BindingPattern, Node, ObjectPattern, ParamPattern } from '@oxc-project/types';
import {
  type FunctionParameters,
  flagName,
  type Parameter,
  type ParameterType,
} from '../../protocol/parameters.ts';
import { type Doc, type DocParameter, oneLine, readDoc } from './doc-comment.ts';
import type { FoundFunction } from './find-function.ts';
import { type Field, keyName, objectFields } from './object-fields.ts';
import { parameterType, type ScopedType } from './parameter-type.ts';
import { type ParsedSource, parseSource } from './parse-source.ts';
import type { SourceReader } from './source-reader.ts';

/** How a function is called from the command line. */
export function functionParameters(reader: SourceReader, found: FoundFunction, doc: Doc): FunctionParameters {
  const { node, source } = found;
  const parameters = node.params
    .map((param) => readParam(param, source))
    .filter(({ name }) => name !== 'this');
  const [first, second] = parameters;
  if (first !== undefined && second === undefined) {
    if (first.rest && isStringList(reader, first)) return { style: 'raw' };
    const fields = first.rest ? undefined : fieldsOf(reader, first, doc);
    if (fields !== undefined) {
      return { style: 'object', parameters: fields, ...(first.optional && { optional: true }) };
    }
  }
  return {
    style: 'positional',
    parameters: parameters.map((param, index) => positional(reader, param, index, doc)),
  };
}

/** A parameter as written: `pattern: type = initial`. */
interface Param {
  readonly name: string | undefined;
  readonly pattern: ObjectPattern | undefined;
  readonly type: ScopedType | undefined;
  readonly initial: Node | undefined;
  readonly optional: boolean;
  readonly rest: boolean;
  readonly source: ParsedSource;
}

function readParam(param: ParamPattern | BindingPattern, source: ParsedSource): Param {
  if (param.type === 'TSParameterProperty') return readParam(param.parameter, source);
  if (param.type === 'AssignmentPattern') {
    return { ...readParam(param.left, source), initial: param.right, optional: true };
  }
  const target = param.type === 'RestElement' ? param.argument : param;
  const type = param.typeAnnotation?.typeAnnotation;
  return {
    name: target.type === 'Identifier' ? target.name : undefined,
    pattern: target.type === 'ObjectPattern' ? target : undefined,
    type: type === undefined ? undefined : { type, source },
    initial: undefined,
    optional: 'optional' in param && param.optional === true,
    rest: param.type === 'RestElement',
    source,
  };
}

/** Flags of the fields of a sole object parameter, or undefined where it is no object. */
function fieldsOf(reader: SourceReader, param: Param, doc: Doc): Parameter[] | undefined {
  const typed = param.type === undefined ? undefined : objectFields(reader, param.type);
  if (typed === undefined && param.pattern === undefined) return undefined;
  const bound = boundFields(param);
  const fields =
    typed ??
    [...bound.keys()].map((name) => ({ name, type: undefined, optional: false, comment: undefined }));
  return fields.map((field) => {
    const fieldDoc = doc.parameters.get(field.name);
    const own = field.comment === undefined ? fieldDoc : { optional: false, ...fieldDoc, ...docOf(field) };
    return parameter(reader, { ...field, initial: bound.get(field.name), source: param.source, doc: own });
  });
}

function docOf({ comment }: Field): { description?: string } {
  const { description } = readDoc(comment);
  return description === undefined ? {} : { description };
}

/** The fields that a pattern takes apart, with their defaults. */
function boundFields({ pattern }: Param): Map<string, Node | undefined> {
  const bound = new Map<string, Node | undefined>();
  for (const property of pattern?.properties ?? []) {
    if (property.type !== 'Property') continue;
    const name = keyName(property.key);
    if (name !== undefined) {
      bound.set(name, property.value.type === 'AssignmentPattern' ? property.value.right : undefined);
    }
  }
  return bound;
}

function positional(reader: SourceReader, param: Param, index: number, doc: Doc): Parameter {
  const name = param.name ?? `arg${index + 1}`;
  const read = parameter(reader, {
    name,
    type: param.type,
    optional: param.optional || param.rest,
    initial: param.initial,
    source: param.source,
    doc: doc.parameters.get(name),
    fallback: param.pattern === undefined ? undefined : { kind: 'json' },
  });
  if (!param.rest) return read;
  const type =
    read.type.kind === 'array' ? read.type : ({ kind: 'array', items: { kind: 'string' } } as const);
  return { ...read, type, rest: true };
}

interface Unread {
  readonly name: string;
  readonly type: ScopedType | undefined;
  readonly optional: boolean;
  readonly initial: Node | undefined;
  readonly source: ParsedSource;
  readonly doc: DocParameter | undefined;
  /** Its type where nothing tells. Default: a string. */
  readonly fallback?: ParameterType | undefined;
}

function parameter(reader: SourceReader, unread: Unread): Parameter {
  const { name, initial, source, doc } = unread;
  const typed = unread.type ?? (doc?.type === undefined ? undefined : typeFromText(doc.type));
  const read = typed === undefined ? undefined : parameterType(reader, typed);
  const type = read?.type ?? (initial && typeOfDefault(initial)) ?? unread.fallback ?? { kind: 'string' };
  const optional =
    unread.optional || initial !== undefined || read?.optional === true || doc?.optional === true;
  return {
    name,
    flag: flagName(name),
    type,
    required: !optional,
    ...(initial !== undefined && { defaultText: oneLine(source.text.slice(initial.start, initial.end)) }),
    ...(doc?.description !== undefined && { description: doc.description }),
  };
}

/** A type of a doc comment, which is TypeScript in all but place. */
function typeFromText(text: string): ScopedType | undefined {
  const source = parseSource('type.ts', `type T = ${text.replace(/=$/, '')}`);
  const [statement] = source.program.body;
  return statement?.type === 'TSTypeAliasDeclaration'
    ? { type: statement.typeAnnotation, source }
    : undefined;
}

function typeOfDefault(initial: Node): ParameterType | undefined {
  switch (initial.type) {
    case 'Literal':
      return typeof initial.value === 'number' || typeof initial.value === 'boolean'
        ? { kind: typeof initial.value as 'number' | 'boolean' }
        : undefined;
    case 'UnaryExpression':
      return initial.operator === '-'
        ? { kind: 'number' }
        : initial.operator === '!'
          ? { kind: 'boolean' }
          : undefined;
    case 'ArrayExpression':
      return { kind: 'array', items: { kind: 'string' } };
    case 'ObjectExpression':
      return { kind: 'json' };
    case 'NewExpression':
      return initial.callee.type === 'Identifier' && initial.callee.name === 'Date'
        ? { kind: 'date' }
        : undefined;
    default:
      return undefined;
  }
}

function isStringList(reader: SourceReader, { type }: Param): boolean {
  if (type === undefined) return true;
  const read = parameterType(reader, type).type;
  return read.kind === 'array' && read.items.kind === 'string';
}
