/**
 * Reads what a function takes, for the command line: from its schema where it has one, else from its source.
 *
 * Types are erased when TypeScript runs, so the source itself is parsed. Where it does not show the function
 * (a wrapper made it), the running function's own text tells names and defaults.
 */
import type { FunctionParameters } from '../../protocol/parameters.ts';
import type { EntrypointDeclaration, FunctionDeclaration } from '../../sdk/declaration.ts';
import { readDoc } from './doc-comment.ts';
import { type FoundFunction, findFunction } from './find-function.ts';
import { functionParameters } from './function-parameters.ts';
import { parseSource } from './parse-source.ts';
import { schemaParameters } from './schema-parameters.ts';
import { SourceReader } from './source-reader.ts';

/** The parameters of a declared function. Never fails: what cannot be read has no flags. */
export function readParameters(declaration: FunctionDeclaration | EntrypointDeclaration): FunctionParameters {
  const reader = new SourceReader();
  const found = findFunction(reader, declaration);
  const doc = readDoc(found?.comment);
  const { input } = declaration.options;
  if (input !== undefined) return { ...described(doc.description), ...schemaParameters(input) };
  const readable = found ?? ownText(declaration.fn.toString());
  if (readable === undefined) return { style: 'positional', parameters: [] };
  return { ...described(doc.description), ...functionParameters(reader, readable, doc) };
}

function described(description: string | undefined) {
  return description === undefined ? {} : { description };
}

/** The function in its own text, as the engine keeps it. */
function ownText(text: string): FoundFunction | undefined {
  const source = parseSource('function.js', `(${text})`);
  const [statement] = source.program.body;
  const given = statement?.type === 'ExpressionStatement' ? statement.expression : undefined;
  const node = given?.type === 'ParenthesizedExpression' ? given.expression : given;
  if (node?.type !== 'ArrowFunctionExpression' && node?.type !== 'FunctionExpression') return undefined;
  return { node, source, comment: undefined };
}
