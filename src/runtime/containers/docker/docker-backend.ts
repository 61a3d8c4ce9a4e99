/**
 * Runs containers on a Docker engine.
 *
 * A start is three requests: create, attach, start. Ends are learnt from one stream of events for all containers.
 * Images are not its business: an image that is missing is an error here.
 *
 * Invariants
 * - a container is attached and watched before it starts, so that neither a byte nor its end is missed
 * - what is not started completely is removed again
 * - only containers with our labels whose owner is known to be dead are ever reaped, and of those that belong to a
 *   server only what this very server does not want back
 */
import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import { BugError } from '../../../shared/errors.ts';
import type {
  AdoptableContainer,
  ContainerBackend,
  ContainerListener,
  HostCapacity,
} from '../container-backend.ts';
import type { ContainerSpec } from '../container-spec.ts';
import { containerLabels, containerName, LABELS } from '../labels.ts';
import { formatOwner, type Owner, ownerState, parseOwner, thisOwner } from '../owner.ts';
import { containerConfigFor } from './container-config.ts';
import { adoptableOf, attach, isOurs, wakened } from './docker-adoption.ts';
import { connectDocker, type DockerClient } from './docker-client.ts';
import { DockerContainer } from './docker-container.ts';
import { type DockerEndpoint, resolveDockerEndpoint } from './docker-endpoint.ts';
import { isConflict, isGone, isInitMissing, translateDockerError } from './docker-errors.ts';
import { DockerExits } from './docker-exits.ts';
import { boundMounts, isOnThisMachine, sendMounts } from './local-mounts.ts';

const MIB = 1_048_576;

/**
 * Connects to the engine that the `docker` command would use, or to `endpoint`.
 *
 * @param server id of the server that the containers belong to, if any
 */
export async function openDockerBackend(endpoint?: DockerEndpoint, server?: string): Promise<DockerBackend> {
  const client = await connectDocker(endpoint ?? (await resolveDockerEndpoint()));
  return new DockerBackend(client, thisOwner(), server);
}

export class DockerBackend implements ContainerBackend {
  readonly name = 'docker';
  readonly capabilities;
  /** The connection; closed with the backend. */
  readonly client: DockerClient;
  readonly #owner: Owner;
  readonly #server: string | undefined;
  readonly #exits: DockerExits;
  readonly #containers = new Set<DockerContainer>();
  readonly #starting = new Set<Promise<unknown>>();
  /** Ids of containers that the engine could not be asked to end. */
  readonly #lost = new Set<string>();
  #onThisMachine: Promise<boolean> | undefined;
  #capacity: Promise<HostCapacity> | undefined;
  /** Whether the engine has its init; tried until it says no. */
  #init = true;
  #closed: Promise<void> | undefined;

  constructor(client: DockerClient, owner = thisOwner(), server?: string) {
    this.client = client;
    this.#owner = owner;
    this.#server = server;
    this.capabilities = { images: true, limits: true, freeze: true, adopt: server !== undefined };
    const label =
      server === undefined ? `${LABELS.owner}=${formatOwner(owner)}` : `${LABELS.server}=${server}`;
    this.#exits = new DockerExits(client, label, () => void this.#removeLost());
  }

  capacity(): Promise<HostCapacity> {
    this.#capacity ??= this.#askCapacity();
    // What could not be asked is asked again next time.
    this.#capacity.catch(() => {
      this.#capacity = undefined;
    });
    return this.#capacity;
  }

  start(spec: ContainerSpec, listener: ContainerListener): Promise<DockerContainer> {
    if (this.#closed !== undefined) return Promise.reject(new BugError('the docker backend is closed'));
    const started = this.#start(spec, listener);
    this.#starting.add(started);
    const settled = () => this.#starting.delete(started);
    started.then(settled, settled);
    return started;
  }

  async reapLeftovers(): Promise<number> {
    const found = await this.#request('list containers', () =>
      this.client.docker.listContainers({ all: true, filters: { label: [LABELS.owner] } }),
    );
    const dead = found.filter(({ Labels, State }) => {
      const owner = parseOwner(Labels[LABELS.owner] ?? '');
      if (!isOurs(Labels, this.#server)) return false;
      if (Labels[LABELS.mark] !== undefined && State !== 'created') return false;
      return owner !== undefined && ownerState(owner) === 'dead';
    });
    const removed = await Promise.all(dead.map(({ Id }) => this.#removeLeftover(Id)));
    return removed.filter(Boolean).length;
  }

  async adoptable(): Promise<readonly AdoptableContainer[]> {
    if (this.#server === undefined) return [];
    const label = [`${LABELS.server}=${this.#server}`, LABELS.mark];
    const found = await this.#request('list containers', () =>
      this.client.docker.listContainers({ filters: { label } }),
    );
    const held = new Set([...this.#containers].map(({ id }) => id));
    return found.flatMap(({ Id, Labels }) => (held.has(Id) ? [] : [adoptableOf(Id, Labels)]));
  }

  adopt(found: AdoptableContainer, listener: ContainerListener): Promise<DockerContainer> {
    return this.#request('take a container back', async () => {
      const { client } = this;
      await this.#exits.subscribe();
      const fate = this.#exits.watch(found.id);
      const onLost = (id: string) => void this.#lost.add(id);
      let socket: Socket | undefined;
      try {
        const container = client.docker.getContainer(found.id);
        socket = await attach(container);
        const spec = await wakened(container);
        const parts = { client, id: found.id, spec, survives: true, socket, fate, listener, onLost };
        const adopted = new DockerContainer(parts);
        this.#keep(adopted);
        return adopted;
      } catch (error) {
        this.#exits.forget(found.id);
        socket?.destroy();
        throw error;
      }
    });
  }

  async discard({ id }: AdoptableContainer): Promise<void> {
    await this.#removeLeftover(id);
  }

  leave(): Promise<void> {
    this.#closed ??= this.#leave();
    return this.#closed;
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #start(spec: ContainerSpec, listener: ContainerListener): Promise<DockerContainer> {
    const init = this.#init;
    try {
      return await this.#startWith(spec, listener, init);
    } catch (error) {
      if (!init || !isInitMissing(error)) throw this.#translated(error, 'start a container', spec.image);
      this.#init = false;
      return this.#request('start a container', () => this.#startWith(spec, listener, false), spec.image);
    }
  }

  async #startWith(
    spec: ContainerSpec,
    listener: ContainerListener,
    init: boolean,
  ): Promise<DockerContainer> {
    const { client } = this;
    const mounts = spec.mounts ?? [];
    const onThisMachine = mounts.length > 0 && (await this.#isOnThisMachine());
    const config = containerConfigFor(spec, {
      name: containerName(spec, randomBytes(4).toString('hex')),
      labels: containerLabels(spec, this.#owner, this.#server),
      init,
      mounts: onThisMachine ? boundMounts(mounts) : [],
    });
    const [created] = await Promise.all([client.docker.createContainer(config), this.#exits.subscribe()]);
    const fate = this.#exits.watch(created.id);
    const onLost = (id: string) => void this.#lost.add(id);
    let socket: Socket | undefined;
    try {
      await sendMounts(created, mounts, onThisMachine);
      socket = await attach(created);
      const survives = spec.survival !== undefined;
      const parts = { client, id: created.id, spec, survives, socket, fate, listener, onLost };
      const container = new DockerContainer(parts);
      await created.start();
      this.#keep(container);
      return container;
    } catch (error) {
      this.#exits.forget(created.id);
      socket?.destroy();
      await this.#removeLeftover(created.id);
      throw error;
    }
  }

  #keep(container: DockerContainer): void {
    this.#containers.add(container);
    void container.exited
      .then(() => container.removed())
      .then(() => {
        this.#containers.delete(container);
        this.#exits.forget(container.id);
      });
  }

  async #leave(): Promise<void> {
    await Promise.allSettled(this.#starting);
    for (const container of this.#containers) {
      if (!container.survives) continue;
      container.letGo();
      this.#containers.delete(container);
    }
    await this.#close();
  }

  async #close(): Promise<void> {
    try {
      await Promise.allSettled(this.#starting);
      const containers = [...this.#containers];
      await Promise.all(containers.map((container) => container.kill()));
      await Promise.all(containers.map((container) => container.exited));
      await this.#removeLost();
    } finally {
      this.#exits.close();
      this.client.close();
    }
  }

  /** Ends what went on running while the engine could not be asked. */
  async #removeLost(): Promise<void> {
    const removals = [...this.#lost].map(async (id) => {
      await this.#removeLeftover(id);
      this.#lost.delete(id);
    });
    // An engine that is still away is asked again when it is back; after that, the next dray reaps.
    await Promise.allSettled(removals);
  }

  #isOnThisMachine(): Promise<boolean> {
    this.#onThisMachine ??= isOnThisMachine(this.client);
    // What could not be asked is asked again next time.
    this.#onThisMachine.catch(() => {
      this.#onThisMachine = undefined;
    });
    return this.#onThisMachine;
  }

  async #askCapacity(): Promise<HostCapacity> {
    const info = await this.#request('ask what the host has', () => this.client.docker.info());
    return { cpus: info.NCPU, memoryMiB: Math.floor(info.MemTotal / MIB) };
  }

  /** Returns whether it was there to be removed. */
  async #removeLeftover(id: string): Promise<boolean> {
    try {
      await this.client.docker.getContainer(id).remove({ force: true, v: true });
      return true;
    } catch (error) {
      // Somebody else was faster: Docker itself, or another dray that reaps.
      if (isGone(error) || isConflict(error)) return false;
      throw this.#translated(error, 'remove a container');
    }
  }

  async #request<T>(action: string, request: () => Promise<T>, image?: string): Promise<T> {
    try {
      return await request();
    } catch (error) {
      throw this.#translated(error, action, image);
    }
  }

  #translated(error: unknown, action: string, image?: string): Error {
    const { endpoint } = this.client;
    return translateDockerError(error, { endpoint, action, ...(image !== undefined && { image }) });
  }
}
