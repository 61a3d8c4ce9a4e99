import { describe, expect, it } from 'vitest';
import { type BuiltImage, listed, unneeded } from '../../../../src/runtime/images/image-inventory.ts';

const DAY = 86_400_000;
const NOW = 100 * DAY;

const image = (reference: string | undefined, more: Partial<BuiltImage> = {}): BuiltImage => ({
  id: `sha256:${reference ?? 'nameless'}`,
  reference,
  sizeBytes: 1,
  createdAt: NOW - 50 * DAY,
  base: undefined,
  containers: 0,
  ...more,
});

const use = (reference: string, app: string, daysAgo: number) => ({
  reference,
  app,
  environment: 'main',
  usedAt: NOW - daysAgo * DAY,
});

describe('listed', () => {
  it('knows who used an image, and when it was used last', () => {
    const all = listed([image('a'), image('b')], [use('b', 'old', 40), use('b', 'new', 2)], new Set(['a']));
    expect(
      all.map(({ reference, uses, lastUsedAt, deployed }) => [
        reference,
        uses.map(({ app }) => app),
        lastUsedAt,
        deployed,
      ]),
    ).toEqual([
      ['b', ['new', 'old'], NOW - 2 * DAY, false],
      ['a', [], NOW - 50 * DAY, true],
    ]);
  });
});

describe('unneeded', () => {
  it.each([
    ['an image that no app used for so long', image('a'), [use('a', 'x', 31)], true],
    ['one that was used since', image('a'), [use('a', 'x', 29)], false],
    ['one that was built long ago and never noted', image('a'), [], true],
    ['one that another machine built lately', image('a', { createdAt: NOW - DAY }), [], false],
    ['one that was replaced just now', image(undefined, { createdAt: NOW }), [], true],
    ['one that was replaced, with a container left', image(undefined, { containers: 1 }), [], false],
    ['an old one with a container', image('a', { containers: 1 }), [], false],
    ['an old one that is deployed', image('deployed'), [], false],
  ])('of %s', (_, built, uses, goes) => {
    const found = unneeded(listed([built], uses, new Set(['deployed'])), NOW, 30 * DAY);
    expect(found).toHaveLength(goes ? 1 : 0);
  });
});
