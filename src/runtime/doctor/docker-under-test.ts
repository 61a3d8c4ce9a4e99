/**
 * The Docker that checks look at: chosen and reached once, for all of them.
 *
 * Invariants
 * - an engine that does not answer is reported by the check that asks for `reach`; the others see undefined
 */
import type { DockerClient } from '../containers/docker/docker-client.ts';
import {
  type DockerEndpoint,
  type PreferredHost,
  resolveDockerEndpoint,
} from '../containers/docker/docker-endpoint.ts';
import { askDockerFacts, type DockerFacts } from '../containers/docker/docker-facts.ts';

export interface ReachedDocker {
  readonly client: DockerClient;
  readonly facts: DockerFacts;
}

export class DockerUnderTest implements Disposable {
  readonly #preferred: PreferredHost | undefined;
  #endpoint: Promise<DockerEndpoint> | undefined;
  #reached: Promise<ReachedDocker> | undefined;
  #client: DockerClient | undefined;

  constructor(preferred?: PreferredHost) {
    this.#preferred = preferred;
  }

  /** Where it should be, and who says so. Throws an EnvironmentError. */
  endpoint(): Promise<DockerEndpoint> {
    this.#endpoint ??= resolveDockerEndpoint({ preferred: this.#preferred });
    return this.#endpoint;
  }

  /** Throws an EnvironmentError. */
  reach(): Promise<ReachedDocker> {
    this.#reached ??= this.#reach();
    return this.#reached;
  }

  /** Undefined where it cannot be reached. */
  reached(): Promise<ReachedDocker | undefined> {
    return this.reach().catch(() => undefined);
  }

  [Symbol.dispose](): void {
    this.#client?.close();
  }

  async #reach(): Promise<ReachedDocker> {
    const { connectDocker } = await import('../containers/docker/docker-client.ts');
    const client = await connectDocker(await this.endpoint());
    this.#client = client;
    return { client, facts: await askDockerFacts(client) };
  }
}
