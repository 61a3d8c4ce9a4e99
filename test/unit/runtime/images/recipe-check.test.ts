import { describe, expect, it } from 'vitest';
import { checkRecipe } from '../../../../src/runtime/images/recipe-check.ts';
import { Image } from '../../../../src/sdk/image.ts';
import { UserError } from '../../../../src/shared/errors.ts';

const base = Image.node('24');

function failureOf(image: Image): UserError {
  try {
    checkRecipe(image.recipe);
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error('the recipe was not refused');
}

describe('checkRecipe: references', () => {
  it.each([
    'node',
    'node:24-bookworm-slim',
    'ghcr.io/acme/tools:2',
    'localhost:5000/a/b_c/d__e:latest',
    '127.0.0.1:5055/library/node',
    '[::1]:5000/x',
    'Registry.example.com/team/app:V1.2_3-x',
    `node@sha256:${'a'.repeat(64)}`,
    `quay.io/org/img:1@sha256:${'0'.repeat(64)}`,
  ])('takes %s', (reference) => {
    expect(() => checkRecipe(Image.fromRegistry(reference).recipe)).not.toThrow();
  });

  it.each([
    '',
    'node 24',
    'node\nRUN evil',
    'Node:24',
    '--platform=linux/arm64',
    '-node',
    'node:',
    'node:24:25',
    '$\u007bBASE}',
    'node AS x',
    'https://ghcr.io/acme/tools',
    'node@sha256:abc',
  ])('refuses %j', (reference) => {
    expect(failureOf(Image.fromRegistry(reference))).toMatchObject({
      code: 'IMAGE_REFERENCE_INVALID',
      exitCode: 2,
    });
  });
});

describe('checkRecipe: Debian packages', () => {
  it.each([
    'jq',
    'g++',
    'libc6-dev:arm64',
    'jq=1.6-2.1+deb12u3',
    'curl/bookworm-backports',
    'libsigc++-2.0-0v5',
    '7zip',
  ])('takes %s', (name) => expect(() => checkRecipe(base.aptInstall('jq', name).recipe)).not.toThrow());

  it.each([
    '',
    ' jq',
    'jq curl',
    '-y',
    '--force-yes',
    'jq;reboot',
    '$(reboot)',
    'jq-',
    'JQ',
    'jq\n',
    './x.deb',
    'a|b',
  ])('refuses %j', (name) => {
    const error = failureOf(base.aptInstall('jq', name));
    expect(error.code).toBe('IMAGE_RECIPE_INVALID');
    expect(error.message).toContain(`${JSON.stringify(name)} is not the name of a Debian package`);
  });

  it('refuses an empty list', () => {
    expect(failureOf(base.aptInstall()).message).toBe('aptInstall(): no package is named');
  });
});

describe('checkRecipe: npm packages', () => {
  it.each([
    'sharp@0.34.5',
    '@types/node@^24',
    '@scope/pkg',
    'react@>=18',
    'x@npm:y@1',
    'github:user/repo#v1.2',
    'git+https://host/x.git#main',
    'https://host/x.tgz',
  ])('takes %s', (name) => expect(() => checkRecipe(base.npmInstall(name).recipe)).not.toThrow());

  it.each([
    '',
    'a b',
    '-g',
    '--prefix=/',
    'a;b',
    'a&b',
    '`a`',
    '$a',
    './local',
    '/abs',
    "a'b",
    'a\nb',
    'a|b',
    'a\\b',
  ])('refuses %j', (name) => {
    expect(failureOf(base.npmInstall(name))).toMatchObject({ code: 'IMAGE_RECIPE_INVALID', exitCode: 2 });
  });
});

describe('checkRecipe: other steps', () => {
  it.each([
    { image: base.runCommands(), want: 'runCommands(): no command is given' },
    { image: base.runCommands('a', ' \n'), want: 'runCommands("a", " \\n"): a command is empty' },
    { image: base.runCommands('a\0b'), want: 'runCommands("a\\u0000b"): a command holds a NUL character' },
    { image: base.env({ '': 'x' }), want: 'env(""): "" cannot name a variable' },
    { image: base.env({ 'A B': 'x' }), want: 'env("A B"): "A B" cannot name a variable' },
    { image: base.env({ '1A': 'x' }), want: 'env("1A"): "1A" cannot name a variable' },
    { image: base.env({ 'A=B': 'x' }), want: 'env("A=B"): "A=B" cannot name a variable' },
    { image: base.env({ A: 'x\0' }), want: 'env("A"): the value of A holds a NUL character' },
    { image: base.env({ A: 1 as never }), want: 'env("A"): the value of A is not a string' },
    { image: base.workdir('app'), want: 'workdir("app"): the path is not absolute' },
    { image: base.workdir(''), want: 'workdir(""): the path is not absolute' },
    { image: base.workdir('/a\nRUN x'), want: 'workdir("/a\\nRUN x"): the path holds a line break' },
  ])('says: $want', ({ image, want }) => {
    expect(failureOf(image).message).toBe(want);
  });

  it('never shows the value of a variable', () => {
    expect(failureOf(base.env({ TOKEN: 'hunter2\0' })).message).not.toContain('hunter2');
  });

  it('refuses commands too long for a line of a Dockerfile, counted as they are written there', () => {
    expect(() => checkRecipe(base.runCommands('x'.repeat(59_000)).recipe)).not.toThrow();
    expect(failureOf(base.runCommands('\n'.repeat(31_000).concat('x'))).message).toContain(
      'bytes long; the most is 60000',
    );
  });

  it('takes dots and dashes in the name of a variable', () => {
    expect(() => checkRecipe(base.env({ 'spring.profile-x': '1', _A1: '' }).recipe)).not.toThrow();
  });
});
