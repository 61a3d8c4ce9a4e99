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
  const functions = [...nodesIn(parseSource(file, source).program)].flatMap(entrypointFunction);
  let stripped = '';
  let done = 0;
  for (const { start, end } of functions) {
    // One that is written inside of another is gone with it.
    if (start < done) continue;
    const lines = source.slice(start, end).split('\n').length - 1;
    stripped += `${source.slice(done, start)}() => {${'\n'.repeat(lines)}}`;
    done = end;
  }
  return stripped + source.slice(done);
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
