/**
 * Opens the ways in which the lab's engines can build, each with hands on what came out.
 *
 * A way is an engine and a builder: buildx where the engine has one, the engine's own API on all of them. What a
 * test builds or pulls through it is removed with it.
 */
import { randomUUID } from 'node:crypto';
import { execa } from 'execa';
import { inject } from 'vitest';
import { connectDocker, type DockerClient } from '../../../src/runtime/containers/docker/docker-client.ts';
import { DockerImages } from '../../../src/runtime/containers/docker/docker-images.ts';
import { type EnsureOptions, ensureImages } from '../../../src/runtime/images/ensure-image.ts';
import type { ImageProgress } from '../../../src/runtime/images/image-host.ts';
import type { Image } from '../../../src/sdk/image.ts';
import type { LabEngine } from '../../lab/lab-data.ts';
import '../../lab/lab-data.ts';

export type WayToBuild = { title: string; engine: LabEngine; builder: 'buildx' | 'engine' };

/** Every way that this lab offers. */
export function waysToBuild(): WayToBuild[] {
  return inject('lab').engines.flatMap((engine) =>
    (engine.name === 'oldest' ? (['engine'] as const) : (['buildx', 'engine'] as const)).map((builder) => ({
      title: `${engine.name} engine, ${builder === 'buildx' ? 'buildx' : 'its own API'}`,
      engine,
      builder,
    })),
  );
}

/** A shell that says nothing of proxies or CAs: the lab's images trust what the machine trusts. */
export const PLAIN_SHELL = {};

export async function openWay(way: WayToBuild, env: Record<string, string> = {}) {
  const { engine, builder } = way;
  const client = await connectDocker({ host: engine.dockerHost, source: 'DOCKER_HOST' });
  const program = {
    command: engine.dockerCli,
    env: { ...process.env, DOCKER_CONFIG: engine.dockerConfigDir, ...env },
  };
  const images = new DockerImages(client, { builder, program });
  const made = new Set<string>();
  const progress: ImageProgress[] = [];
  return {
    client,
    images,
    progress,
    /** The image of a recipe, gone with the way. */
    async ensure(image: Image, options: EnsureOptions = {}) {
      const onProgress = (reference: string, seen: ImageProgress) => {
        made.add(reference);
        progress.push(seen);
      };
      const [ensured] = await ensureImages([image.recipe], images, onProgress, {
        env: PLAIN_SHELL,
        ...options,
      });
      if (ensured === undefined) throw new Error('no answer for the recipe');
      made.add(ensured.reference);
      return ensured;
    },
    /** What a container of the image prints, run without a network. */
    async output(reference: string, command: string[], workdir = '/'): Promise<string> {
      const args = ['run', '--rm', '--network', 'none', '--workdir', workdir, '--entrypoint', '', reference];
      const { stdout } = await execa(engine.dockerCli, ['-H', engine.dockerHost, ...args, ...command]);
      return stdout;
    },
    async [Symbol.asyncDispose]() {
      for (const reference of made) {
        if (reference.startsWith('dray.localhost/')) await removeImage(client, reference);
      }
      client.close();
    },
  };
}

/** Removes an image that may not be there. */
export async function removeImage({ docker }: DockerClient, reference: string): Promise<void> {
  try {
    await docker.getImage(reference).remove({ force: true });
  } catch (error) {
    if ((error as { statusCode?: number }).statusCode !== 404) throw error;
  }
}

/** Ids of images that dray built and no name points to. */
export async function danglingImages({ docker }: DockerClient): Promise<string[]> {
  const filters = { dangling: ['true'], label: ['dev.dray.image=1'] };
  const images = await docker.listImages({ filters: JSON.stringify(filters) });
  // Docker lists those of the same second in any order.
  return images.map(({ Id }) => Id).sort();
}

/** Makes a recipe nobody built before. */
export function unique(image: Image): Image {
  return image.env({ DRAY_TEST: randomUUID() });
}
