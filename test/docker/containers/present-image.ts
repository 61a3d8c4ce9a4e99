/**
 * Makes sure that an engine of the lab holds an image, and can make one that no registry has.
 */
import { connectDocker } from '../../../src/runtime/containers/docker/docker-client.ts';
import { DockerImages } from '../../../src/runtime/containers/docker/docker-images.ts';

/** Pulls `reference` where it is missing. */
export async function presentImage(host: string, reference: string): Promise<void> {
  await using connection = await connected(host);
  const images = new DockerImages(connection.client);
  if (!(await images.hasImage(reference))) await images.pullImage(reference, () => {});
}

/** An image that lives as long as the test: `base` with changes in Dockerfile language, or an empty one. */
export async function madeImage(host: string, base: string | undefined, changes: readonly string[] = []) {
  const { client } = await connected(host);
  const { docker } = client;
  const tag = `dray.localhost/test-${process.hrtime.bigint()}`;
  if (base === undefined) {
    // Two blocks of zeros: a tar with nothing in it.
    const { Readable } = await import('node:stream');
    const stream = await docker.importImage(Readable.from([Buffer.alloc(1_024)]) as never, { repo: tag });
    await new Promise((resolve) => stream.resume().once('end', resolve));
  } else {
    await presentImage(host, base);
    const container = await docker.createContainer({ Image: base });
    await container.commit({ repo: tag, changes: changes.join('\n') });
    await container.remove();
  }
  return {
    tag,
    [Symbol.asyncDispose]: async () => {
      await docker.getImage(tag).remove({ force: true });
      client.close();
    },
  };
}

async function connected(host: string) {
  const client = await connectDocker({ host, source: 'DOCKER_HOST' });
  return { client, [Symbol.asyncDispose]: async () => client.close() };
}
