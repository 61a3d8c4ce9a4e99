/**
 * Connects to a Docker engine, and settles which version of its API to speak.
 *
 * dockerode is loaded here and nowhere earlier: it takes 120 ms to import, which `--help` must not pay. What the engine
 * is asked is the business of the files beside this one.
 *
 * Invariants
 * - every request goes to the endpoint, whatever DOCKER_HOST says
 * - the version spoken is one that both sides know
 */
import type Dockerode from 'dockerode';
import { EnvironmentError } from '../../../shared/errors.ts';
import { type DockerConnection, dockerConnection, pingDocker } from './docker-connection.ts';
import type { DockerEndpoint } from './docker-endpoint.ts';
import { connectionError } from './docker-errors.ts';

/** Engine 20.10, the oldest that a supported distribution ships (Debian 12). */
const OLDEST_API = '1.41';
/** Engine 29.7; what is newer is spoken to in this version. */
const NEWEST_API = '1.55';

/** An engine that answered. */
export interface DockerClient {
  readonly endpoint: DockerEndpoint;
  /** The API version of every request, e.g. `1.51`. */
  readonly apiVersion: string;
  readonly docker: Dockerode;
  /** Closes every socket to the engine. */
  close(): void;
}

/** Connects. Throws DOCKER_UNREACHABLE, DOCKER_PERMISSION_DENIED, DOCKER_TOO_OLD or what dockerConnection throws. */
export async function connectDocker(endpoint: DockerEndpoint): Promise<DockerClient> {
  const connection = dockerConnection(endpoint);
  try {
    // Asked first: loading dockerode blocks this process while the engine answers.
    const offered = pingDocker(connection).catch((error: unknown) => {
      throw connectionError(endpoint, error);
    });
    const [apiVersion, Docker] = await Promise.all([
      offered.then((version) => agreedVersion(version, endpoint)),
      // A turn later, so that the question is on its way.
      import('./slim-dockerode.ts').then(({ loadDockerode }) => loadDockerode()),
    ]);
    const docker = new Docker(dockerodeOptions(connection, apiVersion));
    return { endpoint, apiVersion, docker, close: () => connection.agent.destroy() };
  } catch (error) {
    connection.agent.destroy();
    throw error;
  }
}

/** The newest version that both sides know. Throws DOCKER_TOO_OLD. */
export function agreedVersion(offered: string, endpoint: DockerEndpoint): string {
  if (compareVersions(offered, OLDEST_API) < 0) {
    throw new EnvironmentError(
      'DOCKER_TOO_OLD',
      `Docker at ${endpoint.host} speaks API ${offered}; dray needs ${OLDEST_API} or newer`,
      { suggestions: ['update Docker to 20.10 or newer', 'go without Docker: --backend process'] },
    );
  }
  return compareVersions(offered, NEWEST_API) > 0 ? NEWEST_API : offered;
}

function compareVersions(left: string, right: string): number {
  const [a, b] = [left, right].map((version) => version.split('.').map(Number) as [number, number]);
  return (a?.[0] ?? 0) - (b?.[0] ?? 0) || (a?.[1] ?? 0) - (b?.[1] ?? 0);
}

/** Names every option that docker-modem would else take from DOCKER_HOST and its kin. */
function dockerodeOptions(connection: DockerConnection, apiVersion: string): Dockerode.DockerOptions {
  const { protocol, socketPath, hostname, port, agent } = connection;
  const options = {
    protocol,
    socketPath,
    host: hostname,
    port,
    agent,
    pathPrefix: '/',
    version: `v${apiVersion}`,
    ca: undefined,
    cert: undefined,
    key: undefined,
    timeout: undefined,
  };
  // The types know neither `agent` nor `pathPrefix`, both documented by docker-modem.
  return options as Dockerode.DockerOptions;
}
