/**
 * Runs containers on a Docker engine.
 *
 * A start is three requests: create, attach, start. Ends are learnt from one stream of events for all containers.
 * Images are not its business: an image that is missing is an error here.
 *
 * Invariants
 * - a container is attached and watched before it starts, so that neither a byte nor its end is missed
 * - what is not started completely is removed again
 * - only containers with our labels whose owner is known to be dead are ever reaped
 */
import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import type Dockerode from 'dockerode';
import { BugError } from '../../../shared/errors.ts';
import type { ContainerBackend, ContainerListener, HostCapacity } from '../container-backend.ts';
import type { ContainerSpec } from '../container-spec.ts';
import { containerLabels, containerName, LABELS } from '../labels.ts';
import { type Owner, ownerState, parseOwner, thisOwner } from '../owner.ts';
import { containerConfigFor } from './container-config.ts';
import { connectDocker, type DockerClient } from './docker-client.ts';
import { DockerContainer } from './docker-container.ts';
import { type DockerEndpoint, resolveDockerEndpoint } from './docker-endpoint.ts';
import { isConflict, isGone, isInitMissing, translateDockerError } from './docker-errors.ts';
import { DockerExits } from './docker-exits.ts';

const MIB = 1_048_576;

/** Connects to the engine that the `docker` command would use, or to `endpoint`. */
export async function openDockerBackend(endpoint?: DockerEndpoint): Promise<DockerBackend> {
  return new DockerBackend(await connectDocker(endpoint ?? (await resolveDockerEndpoint())));
}

export class DockerBackend implements ContainerBackend {
  readonly name = 'docker';
  readonly capabilities = { images: true, limits: true, freeze: true };
  /** The connection; closed with the backend. */
  readonly client: DockerClient;
  readonly #owner: Owner;
  readonly #exits: DockerExits;
  readonly #containers = new Set<DockerContainer>();
  readonly #starting = new Set<Promise<unknown>>();
  /** Ids of containers that the engine could not be asked to end. */
  readonly #lost = new Set<string>();
  #capacity: Promise<HostCapacity> | undefined;
  /** Whether the engine has its init; tried until it says no. */
  #init = true;
  #closed: Promise<void> | undefined;

  constructor(client: DockerClient, owner = thisOwner()) {
    this.client = client;
    this.#owner = owner;
    this.#exits = new DockerExits(client, owner, () => void this.#removeLost());
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
    const dead = found.filter(({ Labels }) => {
      const owner = parseOwner(Labels[LABELS.owner] ?? '');
      return owner !== undefined && ownerState(owner) === 'dead';
    });
    const removed = await Promise.all(dead.map(({ Id }) => this.#removeLeftover(Id)));
    return removed.filter(Boolean).length;
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
    const config = containerConfigFor(spec, {
      name: containerName(spec, randomBytes(4).toString('hex')),
      labels: containerLabels(spec, this.#owner),
      init,
    });
    const [created] = await Promise.all([client.docker.createContainer(config), this.#exits.subscribe()]);
    const fate = this.#exits.watch(created.id);
    const onLost = (id: string) => void this.#lost.add(id);
    let socket: Socket | undefined;
    try {
      socket = await attach(created);
      const container = new DockerContainer({ client, id: created.id, spec, socket, fate, listener, onLost });
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

/** Both directions of a container's stdio over one connection. Its end towards the container can be closed alone. */
async function attach(container: Dockerode.Container): Promise<Socket> {
  const options = { stream: true, stdin: true, stdout: true, stderr: true, hijack: true };
  // With `hijack` dockerode gives the connection itself, which its types call a stream.
  const socket = (await container.attach(options)) as unknown as Socket;
  socket.setNoDelay(true);
  // A host that vanished without a word is noticed within half a minute.
  socket.setKeepAlive(true, 15_000);
  return socket;
}
