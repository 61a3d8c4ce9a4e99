/**
 * The line of a file that imports something.
 */
import { nodesIn, parseSource } from './parse-source.ts';
import { positionAt, type SourcePosition } from './source-position.ts';

/** Where a file imports or requires a specifier first, or undefined where it does not by a literal. */
export function importPosition(file: string, text: string, specifier: string): SourcePosition | undefined {
  if (!text.includes(specifier)) return undefined;
  for (const node of nodesIn(parseSource(file, text).program)) {
    if (node.type === 'Literal' && node.value === specifier) return positionAt(file, text, node.start);
  }
  return undefined;
}
