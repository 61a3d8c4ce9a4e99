import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { Image } from '../../../src/sdk/image.ts';
import { openTinyRegistry } from './tiny-registry.ts';
import { openWay, waysToBuild } from './ways-to-build.ts';

async function project(files: Record<string, string>) {
  const folder = await mkdtemp(path.join(tmpdir(), 'dray-dockerfile-'));
  const all = { 'unique.txt': randomUUID(), ...files };
  for (const [name, text] of Object.entries(all)) {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), text);
  }
  return {
    image: (options = {}) => Image.fromDockerfile(path.join(folder, 'Dockerfile'), options),
    write: (name: string, text: string) => writeFile(path.join(folder, name), text),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

const DOCKERFILE = `\
# escape=\\
ARG BASE=node:24-bookworm-slim
FROM debian:bookworm-slim AS made
RUN --mount=type=cache,target=/cache \\
    # a comment
    echo made > /made
FROM \${BASE} AS final
ARG WORD=none
COPY --from=made /made /made
COPY . /context
RUN echo "$WORD" > /word
FROM final AS last
RUN echo last > /last
`;

describe.each(waysToBuild())('Dockerfiles: $title', (way) => {
  it('are built with their stages, arguments and context', async () => {
    await using host = await openWay(way);
    await using made = await project({
      Dockerfile: DOCKERFILE,
      '.dockerignore': '*.log\n',
      'a.log': 'no',
      'src/b.txt': 'yes',
    });
    const image = made.image({ target: 'final', buildArgs: { WORD: 'a "b" $c' }, ignore: ['unique.txt'] });
    const { reference, built } = await host.ensure(image);
    expect(built).toBe(true);
    expect(await host.output(reference, ['cat', '/made', '/word'])).toBe('made\na "b" $c');
    expect(await host.output(reference, ['sh', '-c', 'cd /context && find . -type f | sort'])).toBe(
      './.dockerignore\n./Dockerfile\n./src/b.txt',
    );
    await expect(host.output(reference, ['cat', '/last'])).rejects.toThrow();
    const { Config } = await host.client.docker.getImage(reference).inspect();
    expect(Config.Labels).toEqual({ 'dev.dray.image': '1', 'dev.dray.recipe': reference.split(':')[1] });
  });

  it('are the base of further steps, and built anew when the context changes', async () => {
    await using host = await openWay(way);
    await using made = await project({
      Dockerfile: 'FROM node:24-bookworm-slim\nCOPY a.txt /a.txt\n',
      'a.txt': 'one',
    });
    const image = made.image().runCommands('cp /a.txt /b.txt');
    const first = await host.ensure(image);
    expect(await host.output(first.reference, ['cat', '/b.txt'])).toBe('one');
    expect(await host.ensure(image)).toMatchObject({ reference: first.reference, built: false });
    await made.write('a.txt', 'two');
    const second = await host.ensure(image);
    expect(second.built).toBe(true);
    expect(await host.output(second.reference, ['cat', '/b.txt'])).toBe('two');
  });

  it('name the step that fails in their own words', async () => {
    await using host = await openWay(way);
    await using made = await project({
      Dockerfile: 'FROM debian:bookworm-slim AS x\nCOPY . .\nRUN echo no; exit 7\n',
    });
    await expect(host.ensure(made.image())).rejects.toMatchObject({
      code: 'IMAGE_BUILD_FAILED',
      message: 'building the image failed at [3/3] RUN echo no; exit 7',
      details: 'no',
    });
  });

  it.each([
    { name: 'a broken line', text: 'FROM x\nRUNN y\n', options: {}, want: 'RUNN' },
    {
      name: 'a stage that is not there',
      text: 'FROM debian:bookworm-slim\n',
      options: { target: 'nope' },
      want: 'nope',
    },
    { name: 'no instruction', text: '# nothing\n', options: {}, want: '' },
  ])('are refused with $name', async ({ text, options, want }) => {
    await using host = await openWay(way);
    await using made = await project({ Dockerfile: text });
    await expect(host.ensure(made.image(options))).rejects.toMatchObject({
      code: 'DOCKERFILE_INVALID',
      exitCode: 2,
      details: expect.stringContaining(want),
    });
  });

  it('say which file of the context is missing', async () => {
    await using host = await openWay(way);
    await using made = await project({ Dockerfile: 'FROM debian:bookworm-slim\nCOPY missing.txt /\n' });
    await expect(host.ensure(made.image())).rejects.toMatchObject({
      code: 'IMAGE_BUILD_FAILED',
      message: 'building the image failed at [2/2] COPY missing.txt /',
      details: expect.stringContaining('missing.txt'),
    });
  });

  it('say which base does not exist', async () => {
    await using host = await openWay(way);
    await using registry = await openTinyRegistry();
    registry.mood = 'lacks-image';
    await using made = await project({ Dockerfile: `FROM ${registry.reference}\nCOPY . .\n` });
    const error = await host.ensure(made.image()).catch((failure: unknown) => failure);
    expect(error).toMatchObject({
      code: 'IMAGE_NOT_FOUND',
      message: expect.stringContaining(registry.reference),
    });
  });
});
