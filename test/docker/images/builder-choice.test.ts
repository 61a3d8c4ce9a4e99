import { describe, expect, it } from 'vitest';
import { DockerImages } from '../../../src/runtime/containers/docker/docker-images.ts';
import { ensureImages } from '../../../src/runtime/images/ensure-image.ts';
import { Image } from '../../../src/sdk/image.ts';
import { openWay, unique, waysToBuild } from './ways-to-build.ts';

describe.each(waysToBuild())('choice of the builder: $title', (way) => {
  it('builds through the engine where there is no docker program', async () => {
    await using host = await openWay(way);
    const images = new DockerImages(host.client, { program: { command: '/no/such/docker' } });
    const image = unique(Image.node('24')).workdir('/a');
    await ensureImages([image.recipe], images, () => {}, { env: {} });
    expect(await host.ensure(image)).toMatchObject({ built: false });
  });

  it('builds in the engine of the endpoint, whatever builder the user has chosen', async () => {
    await using host = await openWay(way, { BUILDX_BUILDER: 'none-such', DOCKER_CONTEXT: 'none-such' });
    expect(await host.ensure(unique(Image.node('24')).workdir('/a'))).toMatchObject({ built: true });
  });

  it('says that the engine is gone where it is', async () => {
    const endpoint = { host: 'unix:///no/such/docker.sock', source: 'DOCKER_HOST' } as const;
    const { default: Docker } = await import('dockerode');
    const client = { endpoint, docker: new Docker({ socketPath: '/no/such/docker.sock' }) };
    const images = new DockerImages(client, {
      builder: way.builder,
      program: {
        command: way.engine.dockerCli,
        env: { ...process.env, DOCKER_CONFIG: way.engine.dockerConfigDir },
      },
    });
    const there = { hasImage: () => Promise.resolve(false) };
    const build = images.buildImage.bind(images);
    const pull = images.pullImage.bind(images);
    for (const image of [Image.node('24'), Image.node('24').workdir('/a')]) {
      const ensured = ensureImages(
        [image.recipe],
        { ...there, buildImage: build, pullImage: pull },
        () => {},
        { env: {} },
      );
      await expect(ensured).rejects.toMatchObject({ code: 'DOCKER_UNREACHABLE' });
    }
    await expect(images.hasImage('x')).rejects.toMatchObject({ code: 'DOCKER_UNREACHABLE' });
  });
});
