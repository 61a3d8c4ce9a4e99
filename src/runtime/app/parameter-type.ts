/**
 * What a TypeScript type means on the command line.
 *
 * Decides from the type's syntax alone, following the user's own type aliases, interfaces and enums; no
 * type is computed. What no flag can spell is JSON.
 */
import type { TSEnumDeclaration, TSType, TSTypeReference } from '@oxc-project/types';
import type { ParameterType, ScalarType } from '../../protocol/parameters.ts';
import { findDeclared } from './find-declared.ts';
import type { ParsedSource } from './parse-source.ts';
import type { SourceReader } from './source-reader.ts';

/** A type and the file whose names it uses. */
export interface ScopedType {
  readonly type: TSType;
  readonly source: ParsedSource;
}

export interface ReadType {
  readonly type: ParameterType;
  /** `undefined` is one of its members. */
  readonly optional: boolean;
}

const JSON_TYPE: ScalarType = { kind: 'json' };

/** What values a parameter of a type takes. */
export function parameterType(reader: SourceReader, scoped: ScopedType): ReadType {
  const members = unionMembers(reader, scoped);
  const present = members.filter(
    ({ type }) => type.type !== 'TSUndefinedKeyword' && type.type !== 'TSVoidKeyword',
  );
  const optional = present.length < members.length;
  const given = present.filter(({ type }) => type.type !== 'TSNullKeyword');
  return { type: typeOfMembers(reader, given), optional };
}

function typeOfMembers(reader: SourceReader, members: readonly ScopedType[]): ParameterType {
  const [sole, second] = members;
  if (sole === undefined) return JSON_TYPE;
  const literals = members.map(({ type }) => literalOf(type));
  if (literals.every((value) => typeof value === 'boolean')) return { kind: 'boolean' };
  const choices = literals.filter((value) => typeof value === 'string' || typeof value === 'number');
  if (choices.length === members.length) return { kind: 'choice', choices };
  return second === undefined ? typeOfOne(reader, sole) : JSON_TYPE;
}

function typeOfOne(reader: SourceReader, { type, source }: ScopedType): ParameterType {
  switch (type.type) {
    case 'TSStringKeyword':
    case 'TSTemplateLiteralType':
      return { kind: 'string' };
    case 'TSNumberKeyword':
      return { kind: 'number' };
    case 'TSBooleanKeyword':
      return { kind: 'boolean' };
    case 'TSArrayType':
      return arrayOf(reader, { type: type.elementType, source });
    case 'TSTypeOperator':
      return type.operator === 'readonly'
        ? typeOfOne(reader, { type: type.typeAnnotation, source })
        : JSON_TYPE;
    case 'TSTypeReference':
      return typeOfReference(reader, type, source);
    default:
      return JSON_TYPE;
  }
}

function typeOfReference(reader: SourceReader, type: TSTypeReference, source: ParsedSource): ParameterType {
  const name = type.typeName.type === 'Identifier' ? type.typeName.name : '';
  const [argument] = type.typeArguments?.params ?? [];
  const declared = findDeclared(reader, source, name);
  if (declared?.node.type === 'TSEnumDeclaration') return enumChoices(declared.node);
  if (declared !== undefined) return JSON_TYPE;
  if (name === 'Date') return { kind: 'date' };
  if ((name === 'Array' || name === 'ReadonlyArray') && argument !== undefined) {
    return arrayOf(reader, { type: argument, source });
  }
  return JSON_TYPE;
}

function arrayOf(reader: SourceReader, element: ScopedType): ParameterType {
  const { type: items } = parameterType(reader, element);
  // A list of objects is easier to write as one JSON value than as many.
  return items.kind === 'array' || items.kind === 'json' ? JSON_TYPE : { kind: 'array', items };
}

/** The values of an enum; one with computed members is JSON. */
function enumChoices({ body }: TSEnumDeclaration): ScalarType {
  const choices: (string | number)[] = [];
  let next: number | undefined = 0;
  for (const { initializer } of body.members) {
    const value: unknown =
      initializer === null ? next : initializer.type === 'Literal' ? initializer.value : undefined;
    if (typeof value !== 'string' && typeof value !== 'number') return JSON_TYPE;
    choices.push(value);
    next = typeof value === 'number' ? value + 1 : undefined;
  }
  return choices.length === 0 ? JSON_TYPE : { kind: 'choice', choices };
}

/** The members of a union, aliases of the user's own replaced by what they stand for. */
function unionMembers(reader: SourceReader, scoped: ScopedType, depth = 0): ScopedType[] {
  const { type, source } = unaliased(reader, scoped);
  if (type.type !== 'TSUnionType' || depth > 20) return [{ type, source }];
  return type.types.flatMap((member) => unionMembers(reader, { type: member, source }, depth + 1));
}

/** A type without parentheses and without names that the user gave it. */
export function unaliased(reader: SourceReader, scoped: ScopedType): ScopedType {
  let { type, source } = scoped;
  for (let steps = 0; steps < 20; steps++) {
    if (type.type === 'TSParenthesizedType') {
      type = type.typeAnnotation;
    } else if (
      type.type === 'TSTypeReference' &&
      type.typeName.type === 'Identifier' &&
      type.typeArguments === null
    ) {
      const declared = findDeclared(reader, source, type.typeName.name);
      if (declared?.node.type !== 'TSTypeAliasDeclaration') break;
      ({ source } = declared);
      type = declared.node.typeAnnotation;
    } else break;
  }
  return { type, source };
}

function literalOf(type: TSType): string | number | boolean | undefined {
  if (type.type !== 'TSLiteralType') return undefined;
  const { literal } = type;
  if (literal.type === 'UnaryExpression') {
    const { argument, operator } = literal;
    return operator === '-' && argument.type === 'Literal' && typeof argument.value === 'number'
      ? -argument.value
      : undefined;
  }
  if (literal.type !== 'Literal') return undefined;
  const { value } = literal;
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? value
    : undefined;
}
