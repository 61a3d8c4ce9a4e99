/**
 * The check that an unchanged app's image is there, against asking the engine for one image by hand.
 *
 * The recipe has steps of several kinds, a folder of files among them; its image is built beforehand.
 */
import type { Benchmark } from '../benchmark.ts';
import { interleaved } from '../interleaved.ts';
import { builtModule, inRepository } from '../repository.ts';
import { median, round, rounded, summarise } from '../statistics.ts';

const ROUNDS = { warmUps: 5, rounds: 50 };

export const imageCheck: Benchmark = {
  name: 'image-check',
  summary: 'finding that the image of an unchanged recipe is there, against one question to the engine',
  target: 'p50 ≤ 20 ms',
  async measure({ docker }) {
    const host = await openImages();
    const [{ ensureImages }, { Image }] = await Promise.all([
      builtModule<typeof import('../../src/runtime/images/ensure-image.ts')>('runtime/images/ensure-image'),
      builtModule<typeof import('../../src/sdk/image.ts')>('sdk/image'),
    ]);
    const { recipe } = Image.node('24')
      .env({ BENCH: 'image-check' })
      .runCommands('true')
      .addLocalDir(inRepository('docs'), '/docs', { copy: true });
    const check = () => ensureImages([recipe], host.images, () => {}, {});
    const [ensured] = await check();
    const reference = ensured?.reference ?? '';
    const taken = await interleaved(
      { dray: () => timeOf(check), floor: () => timeOf(() => docker.getImage(reference).inspect()) },
      ROUNDS,
    );
    host.close();
    const [dray, floor] = [median(taken.dray), median(taken.floor)];
    return {
      dray: round(dray, 2),
      floor: round(floor, 2),
      ratio: round(dray / floor, 2),
      unit: 'ms',
      details: { dray: rounded(summarise(taken.dray), 2), floor: rounded(summarise(taken.floor), 2) },
    };
  },
};

async function openImages() {
  const [{ connectDocker }, { resolveDockerEndpoint }, { DockerImages }] = await Promise.all([
    builtModule<typeof import('../../src/runtime/containers/docker/docker-client.ts')>(
      'runtime/containers/docker/docker-client',
    ),
    builtModule<typeof import('../../src/runtime/containers/docker/docker-endpoint.ts')>(
      'runtime/containers/docker/docker-endpoint',
    ),
    builtModule<typeof import('../../src/runtime/containers/docker/docker-images.ts')>(
      'runtime/containers/docker/docker-images',
    ),
  ]);
  const client = await connectDocker(await resolveDockerEndpoint());
  return { images: new DockerImages(client), close: () => client.close() };
}

async function timeOf(once: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await once();
  return performance.now() - start;
}
