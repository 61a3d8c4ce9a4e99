import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { ensureImages } from '../../../src/runtime/images/ensure-image.ts';
import { Image } from '../../../src/sdk/image.ts';
import type { ToolError } from '../../../src/shared/errors.ts';
import { openTinyRegistry, type RegistryMood } from './tiny-registry.ts';
import { danglingImages, openWay, unique, waysToBuild } from './ways-to-build.ts';

const base = Image.node('24');

type Host = Awaited<ReturnType<typeof openWay>>;

async function failureOf(host: Host, image: Image): Promise<ToolError> {
  return host.ensure(image).then(
    () => Promise.reject(new Error('there is an image')),
    (error: ToolError) => error,
  );
}

/** An address on this machine where nothing listens. */
async function closedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

describe.each(waysToBuild())('image failures: $title', (way) => {
  it('names the step in the words of the user and shows its last 30 lines', async () => {
    await using host = await openWay(way);
    const before = await danglingImages(host.client);
    const error = await failureOf(
      host,
      unique(base).workdir('/a').runCommands('seq 1 99; (exit 7)', 'echo never'),
    );
    expect(error).toMatchObject({
      code: 'IMAGE_BUILD_FAILED',
      exitCode: 3,
      message: 'building the image failed at runCommands("seq 1 99; (exit 7)", "echo never")',
      details: Array.from({ length: 30 }, (_, line) => line + 70).join('\n'),
    });
    expect(await danglingImages(host.client)).toEqual(before);
  });

  it('blames the recipe for a Debian package that does not exist', async () => {
    await using host = await openWay(way);
    const error = await failureOf(host, base.aptInstall('jq', 'nosuchpackage'));
    expect(error).toMatchObject({
      code: 'IMAGE_PACKAGE_NOT_FOUND',
      exitCode: 2,
      message: 'the package "nosuchpackage" of aptInstall("jq", "nosuchpackage") does not exist',
    });
    expect(error.details).toContain('E: Unable to locate package nosuchpackage');
  });

  it('blames the recipe for a version of an npm package that does not exist', async () => {
    await using host = await openWay(way);
    expect(await failureOf(host, base.npmInstall('is-odd@99.9.9'))).toMatchObject({
      code: 'IMAGE_PACKAGE_NOT_FOUND',
      message: 'the package "is-odd@99.9.9" of npmInstall("is-odd@99.9.9") does not exist',
    });
  });

  it('knows a full disk', async () => {
    await using host = await openWay(way);
    // A step's /dev is a tmpfs of 64 MiB: the smallest disk there is to fill.
    const fill = 'head -c 200000000 /dev/zero > /dev/filling';
    expect(await failureOf(host, unique(base).runCommands(fill))).toMatchObject({
      code: 'NO_SPACE_LEFT',
      exitCode: 3,
    });
  });

  it.each([
    { mood: 'lacks-image', code: 'IMAGE_NOT_FOUND' },
    { mood: 'asks-for-login', code: 'REGISTRY_DENIED' },
    // Engines answer 404 to a registry's 403: from outside, a hidden image is one that is not there.
    { mood: 'forbids', code: 'IMAGE_NOT_FOUND' },
    { mood: 'limits-rate', code: 'REGISTRY_RATE_LIMITED' },
  ] satisfies { mood: RegistryMood; code: string }[])(
    'says $code for a registry that $mood, to a pull as to a build',
    async ({ mood, code }) => {
      await using host = await openWay(way);
      await using registry = await openTinyRegistry();
      registry.mood = mood;
      const image = Image.fromRegistry(registry.reference);
      const [pull, build] = [await failureOf(host, image), await failureOf(host, image.workdir('/a'))];
      for (const error of [pull, build]) {
        expect(error).toMatchObject({ code, exitCode: 3 });
        expect(error.message).toContain(registry.reference);
      }
      expect(build.message).toBe(pull.message);
    },
  );

  it('says that a registry cannot be reached, to a pull as to a build', async () => {
    await using host = await openWay(way);
    for (const registry of [`127.0.0.1:${await closedPort()}`, 'nowhere.invalid']) {
      const image = Image.fromRegistry(`${registry}/x:1`);
      for (const recipe of [image, image.workdir('/a')]) {
        const error = await failureOf(host, recipe);
        expect(error).toMatchObject({
          code: 'REGISTRY_UNREACHABLE',
          message: `the registry of ${registry}/x:1 cannot be reached from the Docker host`,
        });
        expect(error.details).toMatch(/^Get "https?:/);
      }
    }
  });

  it('ends the other builds where one fails', async () => {
    await using host = await openWay(way);
    const slow = unique(base).runCommands('sleep 3600');
    const bad = unique(base).runCommands('sleep 1; false');
    // Were it not ended, this test would not end either.
    const ensured = ensureImages([slow.recipe, bad.recipe], host.images, () => {}, {
      env: {},
      concurrency: 2,
    });
    await expect(ensured).rejects.toMatchObject({ code: 'IMAGE_BUILD_FAILED' });
  });
});
