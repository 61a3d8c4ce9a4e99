import { expect, it } from 'vitest';
import { docComment, readDoc } from '../../../../src/runtime/app/doc-comment.ts';
import { parseSource } from '../../../../src/runtime/app/parse-source.ts';

function before(source: string): string | undefined {
  const parsed = parseSource('a.ts', source);
  const [statement] = parsed.program.body;
  return statement === undefined ? undefined : docComment(parsed, statement);
}

it.each([
  ['/** One line. */ let a;', 'One line.'],
  ['/**\n * Two\n *\n * parts.\n */\nlet a;', 'Two\n\nparts.'],
  ['/** first */ /** last */ let a;', 'last'],
  ['/* no doc */ let a;', undefined],
  ['// no doc\nlet a;', undefined],
  ['/** far */ // between\nlet a;', undefined],
  ['let a; /** after */', undefined],
])('docComment of %j', (source, expected) => {
  expect(before(source)).toBe(expected);
});

it('reads a description without tags', () => {
  expect(readDoc('What it\n does.')).toEqual({ description: 'What it does.', parameters: new Map() });
});

it('reads parameters in every spelling', () => {
  const { description, parameters } = readDoc(
    'Does.\n@param a first\n@param {number} b - second\n@arg [c] third\n@argument {string} [o.d=5]\n@returns x',
  );
  expect(description).toBe('Does.');
  expect(Object.fromEntries(parameters)).toEqual({
    a: { optional: false, description: 'first' },
    b: { optional: false, description: 'second', type: 'number' },
    c: { optional: true, description: 'third' },
    'o.d': { optional: true, type: 'string' },
    d: { optional: true, type: 'string' },
  });
});

it('takes nothing from a comment of tags alone, or from none', () => {
  expect(readDoc('@returns nothing')).toEqual({ parameters: new Map() });
  expect(readDoc(undefined)).toEqual({ parameters: new Map() });
});
