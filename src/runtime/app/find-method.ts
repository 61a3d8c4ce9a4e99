/**
 * Finds the source of a declared class's methods and constructor, in the class itself or one that it extends.
 *
 * What only the source tells is read here as well: which methods TypeScript calls private or protected.
 */
import type { Class, ClassElement, MethodDefinition } from '@oxc-project/types';
import type { ClassDeclaration } from '../../sdk/declaration.ts';
import { docComment } from './doc-comment.ts';
import type { FoundFunction } from './find-function.ts';
import { findGiven, valueBehind } from './find-given.ts';
import { keyName } from './object-fields.ts';
import type { ParsedSource } from './parse-source.ts';
import type { SourceReader } from './source-reader.ts';

/** Classes that extend each other further than this are cycles. */
const MAX_DEPTH = 20;

interface FoundClass {
  readonly node: Class;
  readonly source: ParsedSource;
}

/** A method, or with `constructor` the constructor; undefined where the source does not show one. */
export function findMethod(
  reader: SourceReader,
  declaration: ClassDeclaration,
  name: string,
): FoundFunction | undefined {
  for (const { node, source } of findClasses(reader, declaration)) {
    const element = node.body.body.find((each) => isMethod(each) && methodName(each) === name);
    if (element === undefined || !isMethod(element)) continue;
    return { node: element.value, source, comment: docComment(source, element) };
  }
  return undefined;
}

/** Methods that TypeScript calls private or protected. */
export function findHiddenMethods(reader: SourceReader, declaration: ClassDeclaration): string[] {
  return findClasses(reader, declaration).flatMap(({ node }) =>
    node.body.body.flatMap((each) => {
      if (!isMethod(each) || (each.accessibility !== 'private' && each.accessibility !== 'protected'))
        return [];
      return methodName(each) ?? [];
    }),
  );
}

/** Text of the comment before the class. */
export function classComment(reader: SourceReader, declaration: ClassDeclaration): string | undefined {
  return findGiven(reader, declaration)?.comment;
}

/** The class of a declaration and those it extends, as far as they are the user's own. */
function findClasses(reader: SourceReader, declaration: ClassDeclaration): FoundClass[] {
  const classes: FoundClass[] = [];
  let found: (Omit<FoundClass, 'node'> & { readonly node: { readonly type: string } }) | undefined =
    findGiven(reader, declaration);
  while (found !== undefined && classes.length < MAX_DEPTH) {
    if (found.node.type !== 'ClassDeclaration' && found.node.type !== 'ClassExpression') break;
    const node = found.node as Class;
    const { source } = found;
    classes.push({ node, source });
    found = node.superClass === null ? undefined : valueBehind(reader, source, node.superClass);
  }
  return classes;
}

/** With a body: what TypeScript has without one are overloads. */
function isMethod(element: ClassElement): element is MethodDefinition {
  return element.type === 'MethodDefinition' && !element.static && element.value.body !== null;
}

function methodName({ kind, key, computed }: MethodDefinition): string | undefined {
  return kind === 'constructor' ? 'constructor' : computed ? undefined : keyName(key);
}
