import { expect, it } from 'vitest';
import { codeFrame } from '../../../../src/runtime/app/code-frame.ts';

const SOURCE = Array.from({ length: 12 }, (_, index) => `line ${index + 1}`).join('\n');

it('shows two lines before and after, and marks the place', () => {
  expect(codeFrame(SOURCE, 9, 6)).toBe(
    [
      '   7 | line 7',
      '   8 | line 8',
      '>  9 | line 9',
      '     |      ^',
      '  10 | line 10',
      '  11 | line 11',
    ].join('\n'),
  );
});

it('stops at the ends of the file', () => {
  expect(codeFrame('only', 1, 1)).toBe('> 1 | only\n    | ^');
});

it('keeps tabs, so that the mark stands under its place', () => {
  expect(codeFrame('\t\tx', 1, 3)).toBe('> 1 | \t\tx\n    | \t\t^');
});
