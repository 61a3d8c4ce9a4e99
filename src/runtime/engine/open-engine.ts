/**
 * Decides where an app runs on this machine, and opens an engine there.
 *
 * Docker, where one answers. Where none is installed, the process backend, with a line that says what it
 * leaves out. A Docker that somebody chose, or that is there and refuses, is an error instead: running
 * elsewhere than asked would surprise more than it helps.
 */
import type { ControlPlane } from '../../protocol/control-plane.ts';
import { systemClock } from '../../shared/clock.ts';
import { ToolError } from '../../shared/errors.ts';
import type { ContainerBackend } from '../containers/container-backend.ts';
import type { DockerEndpoint, PreferredHost } from '../containers/docker/docker-endpoint.ts';
import type { ImageHost } from '../images/image-host.ts';
import { createEngine, type EngineOptions } from './engine.ts';

/** Backends that a user can ask for. */
export const BACKENDS = ['docker', 'process'] as const;
export type BackendName = (typeof BACKENDS)[number];

/** Where to run; what is undefined is decided here. */
export interface EngineChoice {
  readonly backend?: BackendName | undefined;
  readonly dockerHost?: PreferredHost | undefined;
  /** Id of the server that it is for (containers/server-id.ts): containers of its deployed apps may outlive this process. */
  readonly serverId?: string | undefined;
  /** Where stored secrets are opened. Default: the vault of this user. */
  readonly openVault?: EngineOptions['openVault'];
}

/** Opens an engine on `backend`, or on the best one this machine has. Throws an EnvironmentError. */
export async function openEngine({
  backend,
  dockerHost,
  serverId,
  openVault,
}: EngineChoice = {}): Promise<ControlPlane> {
  if (backend === 'process') return openProcessEngine(openVault);
  const { resolveDockerEndpoint } = await import('../containers/docker/docker-endpoint.ts');
  const endpoint = await resolveDockerEndpoint({ preferred: dockerHost });
  try {
    return engineOn(await openDocker(endpoint, serverId), openVault);
  } catch (error) {
    if (backend === 'docker' || !isAbsent(endpoint, error)) throw error;
    return openProcessEngine(
      openVault,
      `no Docker answers at ${endpoint.host}: running in child processes instead, without images and their files, limits and isolation`,
    );
  }
}

interface OpenBackend {
  readonly backend: ContainerBackend;
  readonly imageHost?: ImageHost;
}

async function openDocker(endpoint: DockerEndpoint, serverId: string | undefined): Promise<OpenBackend> {
  const [{ openDockerBackend }, { DockerImages }] = await Promise.all([
    import('../containers/docker/docker-backend.ts'),
    import('../containers/docker/docker-images.ts'),
  ]);
  const backend = await openDockerBackend(endpoint, serverId);
  return { backend, imageHost: new DockerImages(backend.client) };
}

async function openProcessEngine(
  openVault: EngineOptions['openVault'],
  notice?: string,
): Promise<ControlPlane> {
  const { ProcessBackend } = await import('../containers/process/process-backend.ts');
  return engineOn({ backend: new ProcessBackend() }, openVault, notice);
}

function engineOn(
  { backend, imageHost }: OpenBackend,
  openVault: EngineOptions['openVault'],
  notice?: string,
): ControlPlane {
  const common = { backend, imageHost, openVault, clock: systemClock };
  return createEngine({ ...common, ...(notice !== undefined && { notice }) });
}

/** Nobody chose this Docker, and none is there: not installed, or not started. */
function isAbsent(endpoint: DockerEndpoint, error: unknown): boolean {
  return (
    endpoint.source === 'default socket' && error instanceof ToolError && error.code === 'DOCKER_UNREACHABLE'
  );
}
