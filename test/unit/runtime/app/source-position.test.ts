import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  declarationPosition,
  displayPath,
  displayPosition,
  filePath,
  framePosition,
  positionAt,
} from '../../../../src/runtime/app/source-position.ts';

describe('framePosition', () => {
  it.each([
    ['    at /a/app.ts:3:7', '/a/app.ts', 3, 7],
    ['    at main (/a/app.ts:3:7)', '/a/app.ts', 3, 7],
    ['    at async file:///a/app.ts:3:7', undefined, 0, 0],
    ['    at async main (file:///a/app.ts:3:7)', '/a/app.ts', 3, 7],
    ['    at file:///a%20b/app.ts:3:7', '/a b/app.ts', 3, 7],
    ['    at f (/a (b)/app.ts:3:7)', '/a (b)/app.ts', 3, 7],
    ['    at f (/a/app.ts?namespace=x:3:7)', '/a/app.ts', 3, 7],
    ['    at new Model [as x] (C:\\a\\app.ts:3:7)', 'C:\\a\\app.ts', 3, 7],
    ['    at node:internal/modules/esm/loader:647:26', undefined, 0, 0],
    ['    at eval (eval at <anonymous> (native))', undefined, 0, 0],
    ['Error: at /a/app.ts:3:7', undefined, 0, 0],
  ])('reads %s', (frame, file, line, column) => {
    const expected = file === undefined ? undefined : { file, line, column };
    expect(framePosition(frame)).toEqual(expected);
  });
});

it('declarationPosition takes the first frame that names a file', () => {
  const stack = 'Error\n    at node:internal/x:1:1\n    at f (/a/app.ts:3:7)\n    at /b/other.ts:1:1';
  expect(declarationPosition(stack)).toEqual({ file: '/a/app.ts', line: 3, column: 7 });
  expect(declarationPosition('')).toBeUndefined();
});

it.each([
  ['/a/app.ts', '/a/app.ts'],
  ['file:///a/app.ts?tsx-namespace=dray-1', '/a/app.ts'],
  ['file:///a/app.ts%3Fnamespace=dray-1?tsx-namespace=dray-1', '/a/app.ts'],
])('filePath takes %s as %s', (place, path) => {
  expect(filePath(place)).toBe(path);
});

it.each([
  [0, 1, 1],
  [2, 1, 3],
  [3, 2, 1],
  [6, 3, 1],
])('positionAt finds offset %i at %i:%i', (offset, line, column) => {
  expect(positionAt('f', 'ab\ncd\nef', offset)).toEqual({ file: 'f', line, column });
});

it('shows paths below the current folder as relative ones', () => {
  expect(displayPath(join(process.cwd(), 'dir', 'app.ts'))).toBe(join('dir', 'app.ts'));
  expect(displayPath('/elsewhere/app.ts')).toBe('/elsewhere/app.ts');
  expect(displayPath(process.cwd())).toBe(process.cwd());
  expect(displayPosition({ file: '/x/app.ts', line: 3, column: 7 })).toBe('/x/app.ts:3');
  expect(displayPosition({ file: '/x/app.ts', line: 3, column: 7 }, true)).toBe('/x/app.ts:3:7');
});
