/**
 * Parses TypeScript and JavaScript into a syntax tree. The only file that knows oxc-parser.
 *
 * Offsets of nodes count UTF-16 units, as strings of JavaScript do.
 */
import type { Node, Program } from '@oxc-project/types';
import { type Comment, type EcmaScriptModule, parseSync, visitorKeys } from 'oxc-parser';

export interface ParsedSource {
  readonly file: string;
  readonly text: string;
  readonly program: Program;
  readonly module: EcmaScriptModule;
  readonly comments: readonly Comment[];
}

/** Parses a file's text. What cannot be parsed gives an empty or partial tree, never an error. */
export function parseSource(file: string, text: string): ParsedSource {
  const { program, module, comments } = parseSync(file, text);
  return { file, text, program, module, comments };
}

/** A node and all below it, parents before children, in the order of the source. */
export function* nodesIn(node: Node): Generator<Node> {
  yield node;
  for (const key of visitorKeys[node.type] ?? []) {
    const child = (node as unknown as Record<string, unknown>)[key];
    for (const each of Array.isArray(child) ? child : [child]) {
      if (typeof each === 'object' && each !== null) yield* nodesIn(each as Node);
    }
  }
}
