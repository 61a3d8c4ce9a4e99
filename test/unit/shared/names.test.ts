import { expect, it } from 'vitest';
import { isName, nearestName } from '../../../src/shared/names.ts';

it.each([
  ['mian', 'main'],
  ['widht', 'width'],
  ['gret', 'greet'],
  ['greeet', 'greet'],
  ['GREET', 'greet'],
  ['timeoutMS', 'timeoutMs'],
  ['hlepers', 'helpers'],
])('%s was meant to be %s', (wanted, meant) => {
  expect(nearestName(wanted, ['other', 'main', 'width', 'greet', 'timeoutMs', 'helpers'])).toBe(meant);
});

it('suggests nothing where no name is near', () => {
  expect(nearestName('zzzzz', ['main', 'greet'])).toBeUndefined();
  expect(nearestName('ab', ['cd'])).toBeUndefined();
  expect(nearestName('x', [])).toBeUndefined();
});

it.each([
  ['a', true],
  ['A.b_c-9', true],
  ['x'.repeat(64), true],
  ['x'.repeat(65), false],
  ['', false],
  ['no space', false],
  ['a/b', false],
])('whether %s is a name: %s', (name, expected) => {
  expect(isName(name)).toBe(expected);
});
