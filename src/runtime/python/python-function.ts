/**
 * What the definition of a Python function says: its parameters, its result, and how it is called. Pure.
 */
import { childrenOf, docOf, type Node, textOf } from './python-syntax.ts';

export interface PythonParameter {
  readonly name: string;
  /** `rest` is `*args`, `keywords` is `**kwargs`; `keyword` can only be given by its name. */
  readonly kind: 'positional' | 'rest' | 'keyword' | 'keywords';
  /** As the source spells it. */
  readonly annotation: string | undefined;
  readonly default: string | undefined;
}

export interface PythonFunction {
  readonly name: string;
  /** `async def`. */
  readonly awaited: boolean;
  /** It yields values. */
  readonly generator: boolean;
  /** Without `self`. */
  readonly parameters: readonly PythonParameter[];
  readonly returns: string | undefined;
  readonly doc: string | undefined;
  /** As dotted names, without their arguments. */
  readonly decorators: readonly string[];
}

/** Reads a FunctionDefinition. */
export function readFunction(source: string, node: Node, decorators: readonly string[]): PythonFunction {
  const body = node.getChild('Body');
  const list = node.getChild('ParamList');
  const returns = node.getChildren('TypeDef').at(-1);
  return {
    name: textOf(source, node.getChild('VariableName')),
    awaited: node.getChild('async') !== null,
    generator: body !== null && yields(body),
    parameters: list === null ? [] : readParameters(source, list),
    returns: returns === undefined ? undefined : textOf(source, returns).replace(/^->/, '').trim(),
    doc: docOf(source, body),
    decorators,
  };
}

/** Definitions inside a function yield for themselves. */
const OWN_SCOPE = new Set(['FunctionDefinition', 'LambdaExpression', 'ClassDefinition']);

function yields(node: Node): boolean {
  return childrenOf(node).some(
    (child) =>
      child.name === 'YieldStatement' ||
      child.name === 'YieldExpression' ||
      (!OWN_SCOPE.has(child.name) && yields(child)),
  );
}

function readParameters(source: string, list: Node): PythonParameter[] {
  const parameters: PythonParameter[] = [];
  let kind: PythonParameter['kind'] = 'positional';
  for (const part of pieces(list)) {
    const [star] = part;
    if (star?.name === '*') kind = part.length === 1 ? 'keyword' : 'rest';
    if (star?.name === '**') kind = 'keywords';
    const name = part.find((node) => node.name === 'VariableName');
    if (name === undefined) continue;
    const annotation = part.find((node) => node.name === 'TypeDef');
    const assigned = part.findIndex((node) => node.name === 'AssignOp');
    parameters.push({
      name: textOf(source, name),
      kind,
      annotation: annotation && textOf(source, annotation).slice(1).trim(),
      default: assigned === -1 ? undefined : textOf(source, part[assigned + 1] ?? null),
    });
    // What follows *args has no place in the order.
    if (kind === 'rest') kind = 'keyword';
  }
  return parameters;
}

/** The parts of a list between its commas. */
function pieces(list: Node): Node[][] {
  const found: Node[][] = [[]];
  for (const node of childrenOf(list)) {
    if (node.name === ',') found.push([]);
    else if (node.name !== '(' && node.name !== ')') found.at(-1)?.push(node);
  }
  return found;
}
