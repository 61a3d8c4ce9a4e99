/**
 * Finds the source of a declared function.
 */
import type { ArrowFunctionExpression, Function as FunctionNode } from '@oxc-project/types';
import type { EntrypointDeclaration, FunctionDeclaration } from '../../sdk/declaration.ts';
import { findGiven } from './find-given.ts';
import type { ParsedSource } from './parse-source.ts';
import type { SourceReader } from './source-reader.ts';

export interface FoundFunction {
  readonly node: FunctionNode | ArrowFunctionExpression;
  /** The file that it is written in. */
  readonly source: ParsedSource;
  /** Text of the comment before it, or before the statement that declares it. */
  readonly comment: string | undefined;
}

/** The function of a declaration, or undefined where the source does not show it. */
export function findFunction(
  reader: SourceReader,
  declaration: FunctionDeclaration | EntrypointDeclaration,
): FoundFunction | undefined {
  const found = findGiven(reader, declaration);
  switch (found?.node.type) {
    case 'ArrowFunctionExpression':
    case 'FunctionExpression':
    case 'FunctionDeclaration':
      return { ...found, node: found.node };
    default:
      return undefined;
  }
}
