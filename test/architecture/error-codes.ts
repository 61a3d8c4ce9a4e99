/**
 * Collects every error code that src can throw, from the places that give a kind of shared/errors.ts its code.
 *
 * Two ways exist: `new UserError('CODE', …)`, and `super('CODE', …)` in a class that extends a kind. The code is
 * plain text, a choice between plain texts, or a constant that is one of these; anything else is an error here,
 * because a code that cannot be found by reading cannot be documented either.
 */
import { nodesIn } from '../../src/runtime/app/parse-source.ts';
import type { SourceModule } from './source-modules.ts';

type Node = Parameters<typeof nodesIn>[0];

/** The kinds, and which argument of each is its code. */
const CODE_ARGUMENT = {
  UserError: 0,
  EnvironmentError: 0,
  RefusedError: 0,
  FunctionError: 0,
  ToolError: 1,
} as const;
type Kind = keyof typeof CODE_ARGUMENT;

export interface ThrownCode {
  readonly code: string;
  /** `UserError`; `ToolError` for the kinds that bring their own code. */
  readonly kind: Kind;
  readonly path: string;
}

/** Every code, once for each place. @throws Error where a code is not plain text */
export function errorCodes(modules: readonly SourceModule[]): ThrownCode[] {
  return modules.flatMap((module) => {
    const found: ThrownCode[] = [];
    const collect = (kind: Kind, args: readonly Node[]) => {
      const codes = textsOf(args[CODE_ARGUMENT[kind]], module);
      // The kinds themselves pass on the code that they are given.
      if (codes === undefined && module.path === 'shared/errors.ts') return;
      if (codes === undefined) throw new Error(`${module.path}: a ${kind} has a code that is no plain text`);
      found.push(...codes.map((code) => ({ code, kind, path: module.path })));
    };
    for (const node of nodesIn(module.source.program)) {
      if (node.type === 'NewExpression') {
        const kind = kindNamed(node.callee);
        if (kind !== undefined) collect(kind, node.arguments);
      } else if (node.type === 'ClassDeclaration' || node.type === 'ClassExpression') {
        const kind = node.superClass === null ? undefined : kindNamed(node.superClass);
        const call = kind && superCall(node);
        if (kind !== undefined && call !== undefined) collect(kind, call.arguments);
      }
    }
    return found;
  });
}

function kindNamed(node: Node): Kind | undefined {
  return node.type === 'Identifier' && Object.hasOwn(CODE_ARGUMENT, node.name)
    ? (node.name as Kind)
    : undefined;
}

function superCall(node: Node): Extract<Node, { type: 'CallExpression' }> | undefined {
  for (const inner of nodesIn(node)) {
    if (inner.type === 'CallExpression' && inner.callee.type === 'Super') return inner;
  }
  return undefined;
}

/** The texts that an expression can be, or undefined where that cannot be read. */
function textsOf(node: Node | undefined, module: SourceModule): string[] | undefined {
  switch (node?.type) {
    case 'Literal':
      return typeof node.value === 'string' ? [node.value] : undefined;
    case 'ConditionalExpression': {
      const [consequent, alternate] = [textsOf(node.consequent, module), textsOf(node.alternate, module)];
      return consequent && alternate && [...consequent, ...alternate];
    }
    case 'Identifier':
      return textsOf(constantNamed(node.name, node.start, module), module);
    default:
      return undefined;
  }
}

/** What the constant of this name is set to: the nearest one declared before its use. */
function constantNamed(name: string, use: number, { source }: SourceModule): Node | undefined {
  let value: Node | undefined;
  for (const node of nodesIn(source.program)) {
    if (node.type !== 'VariableDeclaration' || node.kind !== 'const' || node.start > use) continue;
    for (const { id, init } of node.declarations) {
      if (id.type === 'Identifier' && id.name === name && init !== null) value = init;
    }
  }
  return value;
}
