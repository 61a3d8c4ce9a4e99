import { createHash, randomUUID } from 'node:crypto';
import { access } from 'node:fs/promises';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { placedRecipe } from '../../../src/runtime/app/place-recipe.ts';
import { ensureImages } from '../../../src/runtime/images/ensure-image.ts';
import type { ImageProgress } from '../../../src/runtime/images/image-host.ts';
import { Image } from '../../../src/sdk/image.ts';
import { Secret } from '../../../src/sdk/secret.ts';
import { openWay, PLAIN_SHELL, removeImage, unique, waysToBuild } from './ways-to-build.ts';

type Host = Awaited<ReturnType<typeof openWay>>;

/** An image whose step has a secret, built as the engine would: the values come from elsewhere than the recipe. */
async function build(host: Host, image: Image, values: Record<string, string>) {
  const progress: ImageProgress[] = [];
  const [ensured] = await ensureImages([placedRecipe(image)], host.images, (_, each) => progress.push(each), {
    env: PLAIN_SHELL,
    secretsOf: async () => values,
  });
  const { reference, built } = ensured as NonNullable<typeof ensured>;
  return {
    reference,
    built,
    progress,
    [Symbol.asyncDispose]: () => removeImage(host.client, reference),
  };
}

const hashOf = (text: string) => createHash('sha256').update(text).digest('hex');

/** Whether any file below the folder holds the text; undefined where the folder is not this machine's. */
async function occursBelow(folder: string, text: string): Promise<boolean | undefined> {
  const isHere = await access(folder).then(
    () => true,
    () => false,
  );
  if (!isHere) return undefined;
  const { exitCode } = await execa('grep', ['-r', '-q', '-a', '-F', '--', text, folder], { reject: false });
  return exitCode === 0;
}

async function occursIn(stream: AsyncIterable<unknown>, text: string): Promise<boolean> {
  let tail = Buffer.alloc(0);
  for await (const chunk of stream) {
    const window = Buffer.concat([tail, chunk as Buffer]);
    if (window.includes(text)) return true;
    tail = Buffer.from(window.subarray(-text.length));
  }
  return false;
}

describe.each(waysToBuild())('secrets of build steps: $title', (way) => {
  if (way.builder === 'engine') {
    it('need buildx, and say so before anything is built', async () => {
      await using host = await openWay(way);
      const image = unique(Image.node('24')).runCommands('true', {
        secrets: [Secret.fromObject({ A: 'b' })],
      });
      await expect(build(host, image, { A: 'b' })).rejects.toMatchObject({
        code: 'BUILDX_NEEDED',
        exitCode: 3,
      });
    });
    return;
  }

  it('reach the step byte by byte, as every user, and no other step', async () => {
    await using host = await openWay(way);
    const secrets = [Secret.fromName('hub')];
    const values = { TOKEN: `t "k" $x \\ 'é'`, LINES: 'one\ntwo\n\n', PATH_: '' };
    const hash = (name: string) => `printf %s "$${name}" | sha256sum | cut -c1-64`;
    const image = unique(Image.node('24').runCommands('useradd carter && mkdir /w && chown carter /w'))
      .user('carter')
      .runCommands(`${hash('TOKEN')} > /w/token`, `${hash('LINES')} > /w/lines`, { secrets })
      .runCommands(`echo "\${TOKEN-none}" > /w/after; ls /dev/dray > /w/mounted 2>&1 || true`);
    await using made = await build(host, image, values);
    expect(await host.output(made.reference, ['cat', '/w/token', '/w/lines', '/w/after'])).toBe(
      [hashOf(values.TOKEN), hashOf(values.LINES), 'none'].join('\n'),
    );
  });

  it('are found nowhere afterwards: layers, history, inspect, the data of the builder', async () => {
    await using host = await openWay(way);
    const value = `hush-${randomUUID()}`;
    const secrets = [Secret.fromName('hub')];
    const seen = unique(Image.node('24')).runCommands('test -n "$TOKEN"', { secrets });
    await using made = await build(host, seen, { TOKEN: value });
    const image = host.client.docker.getImage(made.reference);
    expect(JSON.stringify([await image.inspect(), await image.history()])).not.toContain(value);
    expect(await occursIn(await image.get(), value)).toBe(false);
    const { DockerRootDir } = (await host.client.docker.info()) as { DockerRootDir: string };
    expect(await occursBelow(`${DockerRootDir}/buildkit`, value)).not.toBe(true);
  });

  it('are hidden where a step prints them: in progress and in errors', async () => {
    await using host = await openWay(way);
    const value = `hush-${randomUUID()}`;
    const secrets = [Secret.fromName('hub')];
    const says = unique(Image.node('24')).runCommands('echo "the token is $TOKEN"', { secrets });
    await using made = await build(host, says, { TOKEN: value });
    expect(made.progress).toContainEqual({ kind: 'log', text: 'the token is ***' });
    expect(JSON.stringify(made.progress)).not.toContain(value);
    const failing = says.runCommands('echo "$TOKEN"; exit 1', { secrets });
    const error = await build(host, failing, { TOKEN: value }).catch((failure: Error) => failure);
    expect(error).toMatchObject({ code: 'IMAGE_BUILD_FAILED', details: '***' });
    const { message, details, cause } = error as Error & { details: string };
    expect(JSON.stringify([message, details, String(cause)])).not.toContain(value);
  });

  it('do not count for the name of the image: a new value builds nothing', async () => {
    await using host = await openWay(way);
    const image = unique(Image.node('24')).runCommands('true', { secrets: [Secret.fromName('hub')] });
    await using first = await build(host, image, { TOKEN: 'first' });
    expect(await build(host, image, { TOKEN: 'second' })).toMatchObject({
      reference: first.reference,
      built: false,
    });
  });
});
