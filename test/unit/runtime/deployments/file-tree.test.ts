import { describe, expect, it } from 'vitest';
import { parseTree } from '../../../../src/runtime/deployments/file-tree.ts';

const digest = 'd'.repeat(64);
const tree = (...entries: unknown[]) => Buffer.from(JSON.stringify({ entries }));
const file = (path: unknown, more: object = {}) => ({
  kind: 'file',
  path,
  mode: 0o644,
  digest,
  size: 1,
  ...more,
});

describe('the list of a file tree', () => {
  it('is taken as it was made', () => {
    const entries = [
      { kind: 'folder', path: 'a', mode: 0o755 },
      file('a/b c'),
      { kind: 'link', path: 'a/up', target: '../../etc/passwd' },
      file('x/y'),
    ];
    expect(parseTree(digest, tree(...entries)).entries).toEqual(entries);
  });

  it.each([
    ['a path above it', file('../passwd')],
    ['a path above it, further in', file('a/../../passwd')],
    ['an absolute path', file('/etc/passwd')],
    ['itself', file('.')],
    ['a part that is empty', file('a//b')],
    ['no path', file('')],
    ['a path of another system', file('a\\b')],
    ['a path with a zero byte', file('a\0b')],
    ['a number for a path', file(1)],
    ['permissions beyond those of users', file('a', { mode: 0o4755 })],
    ['a file without a digest', file('a', { digest: '../../secret' })],
    ['a device', { kind: 'device', path: 'a', mode: 0 }],
    ['a link to nothing', { kind: 'link', path: 'a', target: '' }],
    ['no object', 7],
  ])('is refused with %s', (_what, entry) => {
    expect(() => parseTree(digest, tree(entry))).toThrowError(
      expect.objectContaining({ code: 'FILE_TREE_INVALID' }),
    );
  });

  it('is refused where something is below a link, or below a file', () => {
    const link = { kind: 'link', path: 'a', target: '/etc' };
    const refused = expect.objectContaining({ code: 'FILE_TREE_INVALID' });
    expect(() => parseTree(digest, tree(link, file('a/passwd')))).toThrowError(refused);
    expect(() => parseTree(digest, tree(file('a/b/c'), file('a/b')))).toThrowError(refused);
    expect(() => parseTree(digest, tree(link, link))).toThrowError(refused);
  });

  it('is refused where it is no list at all', () => {
    for (const text of ['', '{', '[]', 'null', '{"entries":{}}']) {
      expect(() => parseTree(digest, Buffer.from(text))).toThrowError(/cannot be used/);
    }
  });
});
