import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { openDockerBackend } from '../../../src/runtime/containers/docker/docker-backend.ts';
import { Image } from '../../../src/sdk/image.ts';
import { program } from '../../contract/container-programs.ts';
import { ContainerWatch } from '../../contract/container-watch.ts';
import '../../lab/lab-data.ts';
import { presentImage } from './present-image.ts';

const IMAGE = 'node:24-bookworm-slim';
const SPEC = { app: 'mounts-test', functionName: 'fn', image: IMAGE, env: {}, cpu: 0.125, memoryMiB: 128 };

/** Says what it finds under /in and /etc/one, and whether it can write there. */
const LOOKS = program(`
  const found = fs.readdirSync('/in', { recursive: true }).sort();
  let written = true;
  try { fs.writeFileSync('/in/new', ''); } catch { written = false; }
  say(JSON.stringify({ found, one: fs.readFileSync('/etc/one', 'utf8'), written }) + '\\n');`);

async function filesToMount() {
  const folder = await mkdtemp(path.join(tmpdir(), 'dray-mounts-'));
  await mkdir(path.join(folder, 'in/deep'), { recursive: true });
  await writeFile(path.join(folder, 'in/deep/b.txt'), 'b');
  await writeFile(path.join(folder, 'in/c.log'), 'c');
  await writeFile(path.join(folder, 'one'), 'first');
  return { folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
}

function mountsOf(image: Image) {
  return image.recipe.steps.filter((step) => step.kind === 'add-local');
}

describe.each(inject('lab').engines)('mounted files: $name engine', ({ dockerHost }) => {
  beforeAll(() => presentImage(dockerHost, IMAGE));

  async function look(mounts: ReturnType<typeof mountsOf>) {
    await using backend = await openDockerBackend({ host: dockerHost, source: 'DOCKER_HOST' });
    const watch = new ContainerWatch();
    const container = await backend.start({ ...SPEC, command: LOOKS, mounts }, watch);
    expect(await container.exited).toMatchObject({ code: 0 });
    return JSON.parse(watch.channelText());
  }

  it('are there when a container starts, read-only, each time as they are then', async () => {
    await using made = await filesToMount();
    const mounts = mountsOf(
      Image.node()
        .addLocalDir(path.join(made.folder, 'in'), '/in')
        .addLocalFile(path.join(made.folder, 'one'), '/etc/one'),
    );
    expect(await look(mounts)).toEqual({
      found: ['c.log', 'deep', 'deep/b.txt'],
      one: 'first',
      written: false,
    });
    await writeFile(path.join(made.folder, 'one'), 'second');
    expect(await look(mounts)).toMatchObject({ one: 'second' });
  });

  it('are sent without what is ignored', async () => {
    await using made = await filesToMount();
    const mounts = mountsOf(
      Image.node()
        .addLocalDir(path.join(made.folder, 'in'), '/in', { ignore: ['*.log'] })
        .addLocalFile(path.join(made.folder, 'one'), '/etc/one'),
    );
    expect(await look(mounts)).toMatchObject({ found: ['deep', 'deep/b.txt'], one: 'first' });
  });

  it('that vanished are named', async () => {
    await using made = await filesToMount();
    const mounts = mountsOf(
      Image.node().addLocalDir(path.join(made.folder, 'gone'), '/in', { ignore: ['x'] }),
    );
    await expect(look(mounts)).rejects.toMatchObject({
      code: 'IMAGE_FILE_NOT_FOUND',
      message: `addLocalDir("gone", "/in"): ${made.folder}/gone does not exist`,
    });
  });
});
