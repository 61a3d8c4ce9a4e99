/**
 * JSDoc comments: the text before a node, its description and what it says of each parameter.
 *
 * Pure. A comment belongs to what follows it directly, with nothing but white space between.
 */
import type { Node } from '@oxc-project/types';
import type { ParsedSource } from './parse-source.ts';

export interface DocParameter {
  readonly description?: string;
  /** TypeScript source of `{type}`, for files without types. */
  readonly type?: string;
  /** Written in brackets: `[name]`, `[name=default]`. */
  readonly optional: boolean;
}

export interface Doc {
  readonly description?: string;
  /** By name; a field of an object parameter both as `options.width` and as `width`. */
  readonly parameters: ReadonlyMap<string, DocParameter>;
}

/** The text of the doc comment before a node, without its stars. */
export function docComment(source: ParsedSource, node: Node): string | undefined {
  const comment = source.comments.findLast(
    ({ type, value, end }) =>
      type === 'Block' &&
      value.startsWith('*') &&
      end <= node.start &&
      source.text.slice(end, node.start).trim() === '',
  );
  if (comment === undefined) return undefined;
  const lines = comment.value.slice(1).split('\n');
  return lines
    .map((line) => line.trim().replace(/^\*\s*/, ''))
    .join('\n')
    .trim();
}

/** What a doc comment says. */
export function readDoc(comment: string | undefined): Doc {
  const parameters = new Map<string, DocParameter>();
  if (comment === undefined) return { parameters };
  const [before = '', ...tags] = comment.split(/^(?=@)/m);
  for (const tag of [before.startsWith('@') ? before : '', ...tags]) {
    const found = readParamTag(tag);
    if (found === undefined) continue;
    parameters.set(found.name, found.parameter);
    const field = found.name.slice(found.name.indexOf('.') + 1);
    if (!parameters.has(field)) parameters.set(field, found.parameter);
  }
  const description = before.startsWith('@') ? '' : oneLine(before);
  return description === '' ? { parameters } : { description, parameters };
}

/** `@param {number} [options.width=256] - how wide` in its parts. */
function readParamTag(tag: string): { name: string; parameter: DocParameter } | undefined {
  const match = /^@(?:param|arg|argument)\s+(?:\{([^}]*)\}\s*)?(\[[^\]]*\]|\S+)\s*(?:-\s*)?([\s\S]*)$/.exec(
    tag,
  );
  if (match === null) return undefined;
  const [, type, written = '', text = ''] = match;
  const optional = written.startsWith('[');
  const [name = ''] = (optional ? written.slice(1, -1) : written).split('=');
  const description = oneLine(text);
  return {
    name: name.trim(),
    parameter: {
      optional,
      ...(description !== '' && { description }),
      ...(type !== undefined && { type: type.trim() }),
    },
  };
}

/** A text with its white space, line ends included, made single spaces. */
export function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
