import { describe, expect, it } from 'vitest';
import { bringsNode, namesNode, readNodeProbe } from '../../../../src/runtime/images/node-probe.ts';
import { Image } from '../../../../src/sdk/image.ts';

describe('bringsNode', () => {
  it.each([
    [Image.node('24'), true],
    [Image.node('20').aptInstall('jq'), true],
    [Image.fromRegistry('node:22-alpine'), true],
    [Image.debianSlim({ node: '24', python: '3.12' }), true],
    [Image.node('18'), false],
    [Image.fromRegistry('node:lts'), false],
    [Image.python('3.12'), false],
    [Image.fromRegistry('ghcr.io/acme/node:24'), false],
    [Image.fromDockerfile('Dockerfile'), false],
  ])('of %# is as the base says', ({ recipe }, brings) => {
    expect(bringsNode(recipe)).toBe(brings);
  });
});

it('an official image of Node is known by its variable, and an old one is not taken', () => {
  expect(namesNode(['PATH=/bin', 'NODE_VERSION=24.1.0'])).toBe(true);
  expect(namesNode(['NODE_VERSION=18.20.4'])).toBe(false);
  expect(namesNode(['PATH=/bin'])).toBe(false);
});

describe('readNodeProbe', () => {
  it.each([
    ['node v22.1.0\nglibc\ncxx\nlooked\n', { own: true, libc: 'glibc', cxx: true }],
    ['node v18.20.4\nglibc\ncxx\nlooked\n', { own: false, libc: 'glibc', cxx: true }],
    ['musl\nalpine\nlooked\n', { own: false, libc: 'musl', cxx: false }],
    // Alpine with a wrapper of glibc, and Debian with a package of musl.
    ['musl\nglibc\nalpine\ncxx\nlooked\n', { own: false, libc: 'musl', cxx: true }],
    ['musl\nglibc\ncxx\nlooked\n', { own: false, libc: 'glibc', cxx: true }],
    ['looked\n', { own: false, cxx: false }],
    ['exec /bin/sh: exec format error\n', undefined],
  ])('reads %j', (output, facts) => {
    expect(readNodeProbe(output)).toEqual(facts);
  });
});
