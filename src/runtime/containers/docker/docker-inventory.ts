/**
 * Lists and removes what dray made on a Docker host that outlives its containers: images, and volumes with Node.
 *
 * Invariants
 * - nothing without dray's label is listed, and only what is listed is removed
 * - what is in use is never removed: the engine refuses, and that is an answer
 */
import type { BuiltImage } from '../../images/image-inventory.ts';
import type { DockerClient } from './docker-client.ts';
import { isConflict, isGone, translateDockerError } from './docker-errors.ts';

const IMAGE_LABEL = 'dev.dray.image=1';
const BASE_LABEL = 'dev.dray.base';
const NODE_VOLUME_LABEL = 'dev.dray.node';

export class DockerInventory {
  readonly #client: DockerClient;

  constructor(client: DockerClient) {
    this.#client = client;
  }

  /** Images that dray built. */
  images(): Promise<BuiltImage[]> {
    return this.#asking('list images', async ({ docker }) => {
      const filters = JSON.stringify({ label: [IMAGE_LABEL] });
      const [images, containers] = await Promise.all([
        docker.listImages({ filters }),
        docker.listContainers({ all: true }),
      ]);
      const used = Map.groupBy(containers, ({ ImageID }) => ImageID);
      return images.map(({ Id, RepoTags, Size, Created, Labels }) => ({
        id: Id,
        // An image without a name is `<none>:<none>` to older engines.
        reference: (RepoTags ?? []).find((tag) => tag.startsWith('dray.localhost/')),
        sizeBytes: Size,
        createdAt: Created * 1_000,
        base: Labels?.[BASE_LABEL],
        containers: used.get(Id)?.length ?? 0,
      }));
    });
  }

  /** Names of the volumes with Node. */
  nodeVolumes(): Promise<string[]> {
    return this.#asking('list volumes', async ({ docker }) => {
      const filters = JSON.stringify({ label: [NODE_VOLUME_LABEL] });
      return ((await docker.listVolumes({ filters })).Volumes ?? []).map(({ Name }) => Name);
    });
  }

  /** Returns whether it is gone: false where something uses it. */
  removeImage({ id, reference }: BuiltImage): Promise<boolean> {
    return this.#removing('remove an image', ({ docker }) => docker.getImage(reference ?? id).remove());
  }

  /** As of an image. */
  removeVolume(name: string): Promise<boolean> {
    return this.#removing('remove a volume', ({ docker }) => docker.getVolume(name).remove());
  }

  [Symbol.dispose](): void {
    this.#client.close();
  }

  async #removing(action: string, remove: (client: DockerClient) => Promise<unknown>): Promise<boolean> {
    return this.#asking(action, async (client) => {
      try {
        await remove(client);
        return true;
      } catch (error) {
        if (isGone(error)) return true;
        if (isConflict(error)) return false;
        throw error;
      }
    });
  }

  async #asking<T>(action: string, ask: (client: DockerClient) => Promise<T>): Promise<T> {
    try {
      return await ask(this.#client);
    } catch (error) {
      throw translateDockerError(error, { endpoint: this.#client.endpoint, action });
    }
  }
}
