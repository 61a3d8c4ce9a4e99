/**
 * Reads what a function takes, for the command line: from its schema where it has one, else from its source.
 *
 * Types are erased when TypeScript runs, so the source itself is parsed. Where it does not show the function
 * (a wrapper made it), the running function's own text tells names and defaults. Of a batched function the
 * source shows lists, and a call gives one item of each.
 */
import type { CallParameters, FunctionParameters } from '../../protocol/parameters.ts';
import type { ClassDeclaration, EntrypointDeclaration, FunctionDeclaration } from '../../sdk/declaration.ts';
import { readDoc } from './doc-comment.ts';
import { type FoundFunction, findFunction } from './find-function.ts';
import { classComment, findMethod } from './find-method.ts';
import { functionParameters } from './function-parameters.ts';
import { parseSource } from './parse-source.ts';
import { readPythonParameters } from './python-parameters.ts';
import { schemaParameters } from './schema-parameters.ts';
import { SourceReader } from './source-reader.ts';

/** The parameters of a declared function. Never fails: what cannot be read has no flags. */
export function readParameters(declaration: FunctionDeclaration | EntrypointDeclaration): FunctionParameters {
  const reader = new SourceReader();
  if (
    declaration.kind === 'function' &&
    declaration.python !== undefined &&
    declaration.options.input === undefined
  ) {
    return readPythonParameters(reader, declaration);
  }
  const found = findFunction(reader, declaration);
  const doc = readDoc(found?.comment);
  const { input } = declaration.options;
  if (input !== undefined) return { ...described(doc.description), ...schemaParameters(input) };
  const readable = found ?? ownText(declaration.fn.toString());
  const read = parametersOf(reader, readable, doc.description);
  return isBatched(declaration) ? ofOneCall(read) : read;
}

/** The parameters of a class's method, and those of its constructor. Never fails either. */
export function readMethodParameters(declaration: ClassDeclaration, method: string): CallParameters {
  const reader = new SourceReader();
  if (declaration.python !== undefined) {
    return {
      construct: readPythonParameters(reader, declaration, 'constructor'),
      call: readPythonParameters(reader, declaration, method),
    };
  }
  const found = findMethod(reader, declaration, method);
  const description =
    readDoc(found?.comment).description ?? readDoc(classComment(reader, declaration)).description;
  const call = parametersOf(reader, found, description);
  return {
    construct: parametersOf(reader, findMethod(reader, declaration, 'constructor'), undefined),
    call: isBatched(declaration) ? ofOneCall(call) : call,
  };
}

function parametersOf(
  reader: SourceReader,
  found: FoundFunction | undefined,
  description: string | undefined,
): FunctionParameters {
  if (found === undefined) return { ...described(description), style: 'positional', parameters: [] };
  return { ...described(description), ...functionParameters(reader, found, readDoc(found.comment)) };
}

function isBatched(declaration: FunctionDeclaration | EntrypointDeclaration | ClassDeclaration): boolean {
  return declaration.kind !== 'entrypoint' && declaration.options.batched !== undefined;
}

/** A list of the function is one item of a call. */
function ofOneCall(read: FunctionParameters): FunctionParameters {
  if (!('parameters' in read)) return read;
  const parameters = read.parameters.map((parameter) =>
    parameter.type.kind === 'array' ? { ...parameter, type: parameter.type.items } : parameter,
  );
  return { ...read, parameters };
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
