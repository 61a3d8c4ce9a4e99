/**
 * Images as `dray run` makes them: built once, and every way in which that fails.
 */
import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { dockerApp } from './docker-app.ts';

it('builds an image once; neither a second run nor changed code builds again', async () => {
  // A recipe that nobody built before.
  const image = `Image.node('24').npmInstall('is-number@7.0.0').env({ RECIPE: '${randomUUID()}' })`;
  const code = (result: string) => `
import isNumber from 'is-number';
export const main = app.function({ image: ${image} }, async () => ${result});
`;
  const files = {
    'node_modules/is-number/package.json': '{ "name": "is-number", "main": "index.js" }',
    'node_modules/is-number/index.js': 'module.exports = () => "the one on this machine";',
  };
  await using app = await dockerApp(code('[isNumber(5), isNumber("x")]'), files);
  const first = await app.json('app.ts');
  expect(first.document).toMatchObject({ result: [true, false], images: [{ built: true }] });
  expect(first.stderr).toContain('building ');
  const second = await app.json('app.ts');
  expect(second.document).toMatchObject({
    result: [true, false],
    images: [{ tag: first.document.images[0]?.tag, built: false }],
  });
  expect(second.stderr).toBe('');
  await app.change(code('isNumber("7")'));
  const third = await app.json('app.ts');
  expect(third.document).toMatchObject({ result: true, images: [{ built: false }] });
});

it('names a base image that does not exist', async () => {
  await using app = await dockerApp(
    `export const main = app.function({ image: Image.fromRegistry('dray.invalid/nowhere:1') }, async () => 1);`,
  );
  const { exitCode, stderr } = await app.run('app.ts');
  expect(exitCode).toBe(3);
  expect(stderr).toContain('dray.invalid/nowhere:1');
  expect(stderr).toMatch(/Code: (?:IMAGE_NOT_FOUND|REGISTRY_UNREACHABLE)/);
});

it('names a tag that the registry does not have', async () => {
  await using app = await dockerApp(
    `export const main = app.function({ image: Image.fromRegistry('node:0.0.1-nobody') }, async () => 1);`,
  );
  const { exitCode, stderr } = await app.run('app.ts');
  expect(exitCode).toBe(3);
  expect(stderr).toContain('node:0.0.1-nobody');
});

it('shows the step of a build that failed, with its last lines', async () => {
  await using app = await dockerApp(
    `export const main = app.function(
       { image: Image.node('24').runCommands('echo first line && echo second line >&2 && exit 3') }, async () => 1);`,
  );
  const { exitCode, stderr } = await app.run('-q', 'app.ts');
  expect(exitCode).toBe(3);
  expect(stderr).toContain('echo first line');
  expect(stderr).toContain('second line');
  expect(stderr).toContain('Code: IMAGE_BUILD_FAILED');
});

it('says that there is no space left, in a build step that finds none', async () => {
  await using app = await dockerApp(
    `export const main = app.function(
       { image: Image.node('24').runCommands('head -c 10G /dev/zero > /dev/shm/full') }, async () => 1);`,
  );
  const { exitCode, stderr } = await app.run('-q', 'app.ts');
  expect(exitCode).toBe(3);
  expect(stderr).toContain('the Docker host has no space left');
  expect(stderr).toContain('docker system df');
  expect(stderr).toContain('Code: NO_SPACE_LEFT');
});

it('says that an image has nothing to run Node with', async () => {
  await using app = await dockerApp(
    `export const main = app.function({ image: Image.fromRegistry('debian:bookworm-slim')
       .runCommands('rm -f /lib64/ld-linux* /lib/ld-linux*') }, async () => 1);`,
  );
  const { exitCode, stderr } = await app.run('-q', 'app.ts');
  expect(exitCode).toBe(3);
  expect(stderr).toMatch(/the image dray\.localhost\/image:\w+ cannot run Node/);
  expect(stderr).toContain('Code: IMAGE_CANNOT_RUN');
  await app.gone();
});

it('names a package that the image lacks, and the line to add', async () => {
  await using app = await dockerApp(
    `import native from 'native-thing';\nexport const main = app.function(async () => native());`,
    {
      'node_modules/native-thing/package.json': '{ "name": "native-thing", "main": "index.js" }',
      'node_modules/native-thing/index.js': `module.exports = () => require('./build/thing.node');`,
      'node_modules/native-thing/build/thing.node': 'not for this machine',
      'node_modules/native-thing/binding.gyp': '{}',
    },
  );
  const { exitCode, stderr } = await app.run('-q', 'app.ts');
  expect(exitCode).toBe(1);
  expect(stderr).toContain('the package native-thing is not in the image');
  expect(stderr).toContain('npmInstall("native-thing")');
});
