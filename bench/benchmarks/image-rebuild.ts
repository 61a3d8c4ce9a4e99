/**
 * A package more in a recipe, against a plain Dockerfile that does the same with `docker buildx build`.
 *
 * Both start from a layer that is built, with what npm fetched in a warm cache; each round adds a package in a step that no
 * builder has seen, and exports the image.
 */
import { randomUUID } from 'node:crypto';
import { execa } from 'execa';
import type { Benchmark } from '../benchmark.ts';
import { interleaved } from '../interleaved.ts';
import { builtModule } from '../repository.ts';
import { median, round, rounded, summarise } from '../statistics.ts';

const ROUNDS = { warmUps: 2, rounds: 9 };
const PACKAGE = 'is-odd@3.0.1';
const FIRST = 'ms@2.1.3';

export const imageRebuild: Benchmark = {
  name: 'image-rebuild',
  summary: 'a rebuild with one npm package more, against a plain Dockerfile and docker buildx',
  target: '≤ 1.1 times the plain Dockerfile',
  async measure({ cli, docker }) {
    const made: string[] = [];
    const [{ ensureImages }, { Image }, client] = await Promise.all([
      builtModule<typeof import('../../src/runtime/images/ensure-image.ts')>('runtime/images/ensure-image'),
      builtModule<typeof import('../../src/sdk/image.ts')>('sdk/image'),
      openClient(),
    ]);
    const { DockerImages } = await builtModule<
      typeof import('../../src/runtime/containers/docker/docker-images.ts')
    >('runtime/containers/docker/docker-images');
    const dray = async () => {
      // Each round by an instance of its own, as each `dray run` is.
      const images = new DockerImages(client, { program: { command: cli } });
      const image = Image.node('24').npmInstall(FIRST).env({ ROUND: randomUUID() }).npmInstall(PACKAGE);
      const [ensured] = await ensureImages([image.recipe], images, () => {}, {});
      made.push(ensured?.reference ?? '');
    };
    const plain = async () => {
      const tag = `dray-bench-plain:${randomUUID()}`;
      const install = 'RUN --mount=type=cache,target=/root/.npm npm install --no-audit --no-fund';
      const dockerfile = `FROM node:24-bookworm-slim\nWORKDIR /app\n${install} ${FIRST}\nENV ROUND=${randomUUID()}\n${install} ${PACKAGE}\n`;
      await execa(cli, ['buildx', 'build', '--load', '--tag', tag, '-'], { input: dockerfile });
      made.push(tag);
    };
    const taken = await interleaved({ dray: () => timeOf(dray), floor: () => timeOf(plain) }, ROUNDS);
    await Promise.all(made.map((tag) => docker.getImage(tag).remove({ force: true })));
    client.close();
    const [ours, floor] = [median(taken.dray), median(taken.floor)];
    return {
      dray: round(ours, 0),
      floor: round(floor, 0),
      ratio: round(ours / floor, 2),
      unit: 'ms',
      details: { dray: rounded(summarise(taken.dray), 0), floor: rounded(summarise(taken.floor), 0) },
    };
  },
};

async function openClient() {
  const [{ connectDocker }, { resolveDockerEndpoint }] = await Promise.all([
    builtModule<typeof import('../../src/runtime/containers/docker/docker-client.ts')>(
      'runtime/containers/docker/docker-client',
    ),
    builtModule<typeof import('../../src/runtime/containers/docker/docker-endpoint.ts')>(
      'runtime/containers/docker/docker-endpoint',
    ),
  ]);
  return connectDocker(await resolveDockerEndpoint());
}

async function timeOf(once: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await once();
  return performance.now() - start;
}
