/**
 * Opens the images that dray made: those of a Docker host, and what this machine noted of them.
 *
 * It puts together the host, the notes, the logs and the store of deployments; which image nobody needs is decided in
 * images/image-inventory.ts.
 */
import { existsSync } from 'node:fs';
import { dataFolder } from '../../config/paths.ts';
import { UserError } from '../../shared/errors.ts';
import type { PreferredHost } from '../containers/docker/docker-endpoint.ts';
import type { DockerInventory } from '../containers/docker/docker-inventory.ts';
import { nodeVolume } from '../images/borrowed-node.ts';
import { BuildLogs } from '../images/build-logs.ts';
import { type ListedImage, listed } from '../images/image-inventory.ts';
import { ImageNotes } from '../images/image-notes.ts';
import { forgetUses, listUses } from '../images/image-uses.ts';
import { openStore, storeFile } from '../store/open-store.ts';

/** The images of one host. */
export interface OpenImages extends Disposable {
  list(): Promise<ListedImage[]>;
  /** Volumes with a Node that this dray does not lend any more; with `all`, those that it would fill again too. */
  volumes(all: boolean): Promise<string[]>;
  /** Returns whether it is gone: false where something uses it by now. */
  remove(image: ListedImage): Promise<boolean>;
  removeVolume(name: string): Promise<boolean>;
}

/** Connects to the Docker that `dray run` would use. Throws an EnvironmentError. */
export async function openImages(dockerHost?: PreferredHost): Promise<OpenImages> {
  const inventory = await openInventory(dockerHost);
  const notes = ImageNotes.here();
  const logs = new BuildLogs(notes.folder);
  const current = [nodeVolume('glibc'), nodeVolume('musl')];
  return {
    async list() {
      const [images, uses, deployed] = await Promise.all([
        inventory.images(),
        listUses(notes),
        deployedImages(),
      ]);
      return listed(images, uses, deployed);
    },
    async volumes(all) {
      const names = await inventory.nodeVolumes();
      return all ? names : names.filter((name) => !current.includes(name));
    },
    async remove(image) {
      if (!(await inventory.removeImage(image))) return false;
      const { reference } = image;
      if (reference !== undefined) await Promise.all([logs.remove(reference), forgetUses(notes, reference)]);
      return true;
    },
    removeVolume: (name) => inventory.removeVolume(name),
    [Symbol.dispose]: () => inventory[Symbol.dispose](),
  };
}

/**
 * The kept log of a build: by the image's whole reference, or the beginning of what is behind its colon.
 *
 * @throws UserError IMAGE_LOG_NOT_FOUND
 */
export async function readBuildLog(name: string): Promise<{ reference: string; text: string }> {
  const logs = new BuildLogs(ImageNotes.here().folder);
  const references = await logs.references();
  const [found, another] = references.filter(
    (reference) => reference === name || (name.length >= 4 && reference.split(':')[1]?.startsWith(name)),
  );
  const text = found === undefined || another !== undefined ? undefined : await logs.read(found);
  if (found !== undefined && text !== undefined) return { reference: found, text };
  throw new UserError(
    'IMAGE_LOG_NOT_FOUND',
    another === undefined
      ? `no build of an image ${name} was kept on this machine`
      : `${name} is the beginning of several images' names`,
    { suggestions: ['see which images there are: dray image list', 'give more of the name'] },
  );
}

async function openInventory(preferred: PreferredHost | undefined): Promise<DockerInventory> {
  const [{ resolveDockerEndpoint }, { connectDocker }, { DockerInventory: Inventory }] = await Promise.all([
    import('../containers/docker/docker-endpoint.ts'),
    import('../containers/docker/docker-client.ts'),
    import('../containers/docker/docker-inventory.ts'),
  ]);
  return new Inventory(await connectDocker(await resolveDockerEndpoint({ preferred })));
}

/** Images of the versions that apps of this machine's server serve. */
async function deployedImages(): Promise<ReadonlySet<string>> {
  const images = new Set<string>();
  if (!existsSync(storeFile(dataFolder()))) return images;
  await using store = await openStore();
  for (const { environment, name, version, state } of await store.deployments.apps()) {
    if (state !== 'deployed') continue;
    const deployment = await store.deployments.deployment(environment, name, version);
    for (const { image } of Object.values(deployment?.parts ?? {})) images.add(image);
  }
  return images;
}
