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
import { setImmediate as nextTurn } from 'node:timers/promises';
import { BugError } from '../../../shared/errors.ts';
import type {
  AdoptableContainer,
  ContainerBackend,
  ContainerListener,
  HostCapacity,
} from '../container-backend.ts';
import type { ContainerSpec } from '../container-spec.ts';
import { containerLabels, containerName, LABELS } from '../labels.ts';
import { formatOwner, type Owner, thisOwner } from '../owner.ts';
import { AskedOnce } from './asked-once.ts';
import { containerConfigFor } from './container-config.ts';
import { adoptableOf, attach, leftoversAmong, wakened } from './docker-adoption.ts';
import { connectDocker, type DockerClient } from './docker-client.ts';
import { type ContainerTraits, DockerContainer } from './docker-container.ts';
import { type DockerEndpoint, resolveDockerEndpoint } from './docker-endpoint.ts';
import { isConflict, isGone, isInitMissing, translateDockerError } from './docker-errors.ts';
import { type ContainerFate, DockerExits } from './docker-exits.ts';
import { boundMounts, isOnThisMachine, sendMounts } from './local-mounts.ts';

const MIB = 1_048_576;

/** A container that was started, before anybody listens to it. */
interface Running {
  readonly id: string;
  readonly socket: Socket;
  readonly fate: ContainerFate;
}

const IGNORE: ContainerListener = { onChannel() {}, onOutput() {} };

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
  /** Started ahead and not asked for yet, by their specs; undefined where that failed. */
  readonly #expected = new Map<string, Promise<Running | undefined>>();
  /** Ids of containers that the engine could not be asked to end. */
  readonly #lost = new Set<string>();
  readonly #onThisMachine = new AskedOnce(() => isOnThisMachine(this.client));
  readonly #capacity = new AskedOnce(() => this.#askCapacity());
  /** Whether the engine has its init; tried until it says no. */
  #init = true;
  #closed: Promise<void> | undefined;

  constructor(client: DockerClient, owner = thisOwner(), server?: string) {
    this.client = client;
    this.#owner = owner;
    this.#server = server;
    this.capabilities = { images: true, limits: true, freeze: true, adopt: server !== undefined };
    const own = server === undefined ? [LABELS.owner, formatOwner(owner)] : [LABELS.server, server];
    this.#exits = new DockerExits(client, own.join('='), () => void this.#removeLost());
  }

  capacity(): Promise<HostCapacity> {
    return this.#capacity.answer();
  }

  expect(spec: ContainerSpec): void {
    const key = JSON.stringify(spec);
    if (this.#closed !== undefined || this.#expected.has(key)) return;
    const begun = this.#track(this.#start(spec));
    // Why it could not start shows when somebody starts it in earnest.
    this.#expected.set(
      key,
      begun.catch(() => undefined),
    );
  }

  start(spec: ContainerSpec, listener: ContainerListener): Promise<DockerContainer> {
    if (this.#closed !== undefined) return Promise.reject(new BugError('the docker backend is closed'));
    return this.#track(
      this.#takeExpected(spec)
        .then((running) => running ?? this.#start(spec))
        .then((running) => this.#keep(running, spec, listener)),
    );
  }

  async reapLeftovers(): Promise<number> {
    const found = await this.#request('list containers', () =>
      this.client.docker.listContainers({ all: true, filters: { label: [LABELS.owner] } }),
    );
    const removed = await Promise.all(
      leftoversAmong(found, this.#server).map((id) => this.#removeLeftover(id)),
    );
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

  adopt({ id }: AdoptableContainer, listener: ContainerListener): Promise<DockerContainer> {
    return this.#request('take a container back', async () => {
      await this.#exits.subscribe();
      const fate = this.#exits.watch(id);
      let socket: Socket | undefined;
      try {
        const container = this.client.docker.getContainer(id);
        socket = await attach(container);
        return this.#keep({ id, socket, fate }, await wakened(container), listener);
      } catch (error) {
        this.#exits.forget(id);
        socket?.destroy();
        throw error;
      }
    });
  }

  async discard({ id }: AdoptableContainer): Promise<void> {
    await this.#removeLeftover(id);
  }

  leave(): Promise<void> {
    this.#closed ??= Promise.allSettled(this.#starting).then(() => {
      for (const container of this.#containers) if (container.letGo()) this.#containers.delete(container);
      return this.#close();
    });
    return this.#closed;
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #track<T>(starting: Promise<T>): Promise<T> {
    this.#starting.add(starting);
    const settled = () => this.#starting.delete(starting);
    starting.then(settled, settled);
    return starting;
  }

  /** The container that was started ahead for this, if it came to be and lives. */
  async #takeExpected(spec: ContainerSpec): Promise<Running | undefined> {
    const key = JSON.stringify(spec);
    const running = await this.#expected.get(key);
    // Of two that start at once, the first one gets it.
    if (!this.#expected.delete(key) || running === undefined) return undefined;
    const { id, socket, fate } = running;
    const lives = await Promise.race([fate.died.then(() => false), nextTurn(true)]);
    if (lives && !socket.destroyed) return running;
    this.#exits.forget(id);
    socket.destroy();
    await this.#removeLeftover(id);
    return undefined;
  }

  async #start(spec: ContainerSpec): Promise<Running> {
    const init = this.#init;
    try {
      return await this.#startWith(spec, init);
    } catch (error) {
      if (!init || !isInitMissing(error)) throw this.#translated(error, 'start a container', spec.image);
      this.#init = false;
      return this.#request('start a container', () => this.#startWith(spec, false), spec.image);
    }
  }

  /** What it says meanwhile waits in its stream. */
  async #startWith(spec: ContainerSpec, init: boolean): Promise<Running> {
    const { client } = this;
    const mounts = spec.mounts ?? [];
    const onThisMachine = mounts.length > 0 && (await this.#onThisMachine.answer());
    const config = containerConfigFor(spec, {
      name: containerName(spec, randomBytes(4).toString('hex')),
      labels: containerLabels(spec, this.#owner, this.#server),
      init,
      mounts: onThisMachine ? boundMounts(mounts) : [],
    });
    const [created] = await Promise.all([client.docker.createContainer(config), this.#exits.subscribe()]);
    const fate = this.#exits.watch(created.id);
    let socket: Socket | undefined;
    try {
      await sendMounts(created, mounts, onThisMachine);
      socket = await attach(created);
      await created.start();
      return { id: created.id, socket, fate };
    } catch (error) {
      this.#exits.forget(created.id);
      socket?.destroy();
      await this.#removeLeftover(created.id);
      throw error;
    }
  }

  #keep({ id, socket, fate }: Running, spec: ContainerTraits, listener: ContainerListener): DockerContainer {
    const onLost = (lost: string) => void this.#lost.add(lost);
    const container = new DockerContainer({ client: this.client, id, spec, socket, fate, listener, onLost });
    this.#containers.add(container);
    void container.exited
      .then(() => container.removed())
      .then(() => {
        this.#containers.delete(container);
        this.#exits.forget(container.id);
      });
    return container;
  }

  async #close(): Promise<void> {
    try {
      await Promise.allSettled(this.#starting);
      for (const [key, expected] of this.#expected) {
        const running = await expected;
        if (running !== undefined) this.#keep(running, JSON.parse(key) as ContainerSpec, IGNORE);
      }
      const containers = [...this.#containers];
      await Promise.all(containers.map((container) => container.killed()));
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
