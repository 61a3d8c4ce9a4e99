/**
 * Small questions to the syntax tree of a Python source. Pure.
 */
import type { parser } from '@lezer/python';

export type Node = ReturnType<typeof parser.parse>['topNode'];

/** The parts of a node, in order. */
export function childrenOf(node: Node): Node[] {
  const children: Node[] = [];
  for (let child = node.firstChild; child !== null; child = child.nextSibling) children.push(child);
  return children;
}

/** The source of a node; empty where there is none. */
export function textOf(source: string, node: Node | null): string {
  return node === null ? '' : source.slice(node.from, node.to);
}

/** The docstring of a body, without its indentation. */
export function docOf(source: string, body: Node | null): string | undefined {
  const first = body?.firstChild?.nextSibling;
  const string = first?.name === 'ExpressionStatement' ? first.firstChild : undefined;
  if (string?.name !== 'String') return undefined;
  const text = stringValue(textOf(source, string));
  if (text === undefined) return undefined;
  const [head = '', ...rest] = text.split('\n');
  const indent = Math.min(...rest.filter((line) => line.trim() !== '').map((line) => line.search(/\S/)));
  const lines = [
    head.trim(),
    ...rest.map((line) => line.slice(Number.isFinite(indent) ? indent : 0).trimEnd()),
  ];
  return lines.join('\n').trim() || undefined;
}

/** What a string literal without placeholders means; undefined for bytes and f-strings. */
export function stringValue(literal: string): string | undefined {
  const match = /^([rRuU]?)("""|'''|"|')([\s\S]*)\2$/.exec(literal);
  if (match === null) return undefined;
  const [, prefix = '', , inner = ''] = match;
  if (prefix.toLowerCase() === 'r') return inner;
  return inner.replaceAll(/\\(\n|[\\'"nt])/g, (_, char: string) => ESCAPES[char] ?? char);
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', '\n': '' };
