/**
 * The fields of an object type: of literals, interfaces, aliases and intersections of the user's own files.
 *
 * Partial, Required and Readonly are understood; other computed types are not.
 */
import type { Node, TSSignature } from '@oxc-project/types';
import { docComment } from './doc-comment.ts';
import { findDeclared } from './find-declared.ts';
import { type ScopedType, unaliased } from './parameter-type.ts';
import type { ParsedSource } from './parse-source.ts';
import type { SourceReader } from './source-reader.ts';

export interface Field {
  readonly name: string;
  readonly type: ScopedType | undefined;
  readonly optional: boolean;
  /** Text of the comment before it. */
  readonly comment: string | undefined;
}

/** The fields of a type in the order written, or undefined where it is no object type that can be read. */
export function objectFields(reader: SourceReader, scoped: ScopedType): Field[] | undefined {
  const { type, source } = unaliased(reader, scoped);
  switch (type.type) {
    case 'TSTypeLiteral':
      return fieldsOf(source, type.members);
    case 'TSIntersectionType': {
      const parts = type.types.map((part) => objectFields(reader, { type: part, source }));
      return parts.some((part) => part === undefined)
        ? undefined
        : merged(parts.flatMap((part) => part ?? []));
    }
    case 'TSTypeReference': {
      if (type.typeName.type !== 'Identifier') return undefined;
      const [argument] = type.typeArguments?.params ?? [];
      if (argument !== undefined) return mappedFields(reader, type.typeName.name, { type: argument, source });
      return namedFields(reader, source, type.typeName.name);
    }
    default:
      return undefined;
  }
}

/** Fields of an interface, with those that it extends. */
function namedFields(reader: SourceReader, source: ParsedSource, name: string): Field[] | undefined {
  const declared = findDeclared(reader, source, name);
  if (declared?.node.type !== 'TSInterfaceDeclaration') return undefined;
  const inherited: Field[] = [];
  for (const { expression } of declared.node.extends) {
    const base =
      expression.type === 'Identifier' ? namedFields(reader, declared.source, expression.name) : undefined;
    if (base === undefined) return undefined;
    inherited.push(...base);
  }
  return merged([...inherited, ...fieldsOf(declared.source, declared.node.body.body)]);
}

function mappedFields(reader: SourceReader, name: string, argument: ScopedType): Field[] | undefined {
  if (!['Partial', 'Required', 'Readonly'].includes(name)) return undefined;
  const fields = objectFields(reader, argument);
  if (name === 'Readonly') return fields;
  return fields?.map((field) => ({ ...field, optional: name === 'Partial' }));
}

function fieldsOf(source: ParsedSource, members: readonly TSSignature[]): Field[] {
  return members.flatMap((member) => {
    if (member.type !== 'TSPropertySignature') return [];
    const name = keyName(member.key);
    if (name === undefined) return [];
    const type = member.typeAnnotation?.typeAnnotation;
    return {
      name,
      type: type === undefined ? undefined : { type, source },
      optional: member.optional,
      comment: docComment(source, member),
    };
  });
}

/** The name of a key that is written out. */
export function keyName(key: Node): string | undefined {
  if (key.type === 'Identifier') return key.name;
  return key.type === 'Literal' && typeof key.value === 'string' ? key.value : undefined;
}

/** The last field of a name wins and keeps the first one's place. */
function merged(fields: readonly Field[]): Field[] {
  return [...new Map(fields.map((field) => [field.name, field])).values()];
}
