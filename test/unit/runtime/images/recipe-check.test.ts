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

describe('checkRecipe: Python packages', () => {
  it.each([
    'numpy',
    'numpy==2.2.1',
    'torch[cuda]>=2.1,<3',
    'x ~= 1.0 ; python_version < "3.9"',
    'pkg @ https://host/pkg.whl',
    'git+https://host/x.git@main',
  ])('takes %s', (name) => {
    for (const image of [base.pipInstall(name), base.uvPipInstall(name)])
      expect(() => checkRecipe(image.recipe)).not.toThrow();
  });

  it.each(['', 'a b', '-r x.txt', './local', '/abs', 'a;b\nc', '.', 'a==1 b==2', '--pre'])(
    'refuses %j',
    (name) => {
      const error = failureOf(base.pipInstall(name));
      expect(error.code).toBe('IMAGE_RECIPE_INVALID');
      expect(error.message).toContain('is not the name of a Python package');
    },
  );

  it.each([
    { options: { indexUrl: 'pypi' }, want: '"pypi" is not the address of an index' },
    {
      options: { extraIndexUrl: ['https://a', 'ftp://b'] },
      want: '"ftp://b" is not the address of an index',
    },
    {
      options: { indexUrl: 'https://user:hunter2@pypi.example/simple' },
      want: 'the address of pypi.example holds a login, which would stay in the image',
    },
    { options: { index: 'x' } as never, want: 'there is no option index' },
    { options: { pre: 'yes' } as never, want: 'pre is neither true nor false' },
    { options: { extraOptions: '--no-deps' } as never, want: 'extraOptions is not a list of words' },
  ])('says: $want', ({ options, want }) => {
    const error = failureOf(base.pipInstall('six', options));
    expect(error.message).toBe(`pipInstall("six"): ${want}`);
    expect(error.message).not.toContain('hunter2');
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
    { image: base.user('a b'), want: 'user("a b"): that is no user: write a name, an id, or user:group' },
    {
      image: base.user('x\nRUN y'),
      want: 'user("x\\nRUN y"): that is no user: write a name, an id, or user:group',
    },
    { image: base.shell([]), want: 'shell(): no program is named' },
    { image: base.dockerfileCommands(), want: 'dockerfileCommands(): no instruction is given' },
    { image: base.dockerfileCommands('# x'), want: 'dockerfileCommands("# x"): an instruction is empty' },
    {
      image: base.dockerfileCommands('RUN a \\'),
      want: 'dockerfileCommands("RUN a \\\\"): an instruction ends in a backslash, and so never ends',
    },
    {
      image: base.dockerfileCommands('from x'),
      want: 'dockerfileCommands("from x"): FROM begins another image',
    },
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
