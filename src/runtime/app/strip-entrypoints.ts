/**
 * Takes the local entrypoints out of a module's source, so that what only they need never reaches a container.
 *
 * The function given to `.localEntrypoint(…)` becomes an empty one. Lines keep their numbers: stacks and the
 * source map stay right. Pure.
 */
import type { CallExpression, Node } from '@oxc-project/types';
import { nodesIn, parseSource } from './parse-source.ts';

/** The source without the code of its local entrypoints. */
export function stripEntrypoints(file: string, source: string): string {
  if (!source.includes('localEntrypoint')) return source;
  let stripped = source;
  const functions = [...nodesIn(parseSource(file, source).program)].flatMap(entrypointFunction);
  // From the end, so that earlier offsets stay valid.
  for (const { start, end } of functions.sort((a, b) => b.start - a.start)) {
    const lines = source.slice(start, end).split('\n').length - 1;
    stripped = `${stripped.slice(0, start)}() => {${'\n'.repeat(lines)}}${stripped.slice(end)}`;
  }
  return stripped;
}

function entrypointFunction(node: Node): Node[] {
  if (node.type !== 'CallExpression' || !callsLocalEntrypoint(node)) return [];
  const last = node.arguments.at(-1);
  return last === undefined ? [] : [last];
}

function callsLocalEntrypoint({ callee }: CallExpression): boolean {
  return (
    callee.type === 'MemberExpression' &&
    callee.property.type === 'Identifier' &&
    callee.property.name === 'localEntrypoint'
  );
}
