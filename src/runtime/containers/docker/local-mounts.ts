/**
 * Gets files of this machine into a container that has not started yet.
 *
 * They are bound, read-only, where the engine runs on this machine; elsewhere, and where something of a folder is
 * ignored, they are sent as an archive. An engine that is reached by a socket of this machine may still run in a virtual
 * machine or behind a forwarded socket: its own name tells.
 *
 * Invariants
 * - what is bound can not be changed from inside the container
 */
import { hostname } from 'node:os';
import type Dockerode from 'dockerode';
import { type LocalStep, localArchive } from '../../images/local-files.ts';
import type { DockerClient } from './docker-client.ts';

/** Whether paths of this machine mean the same to the engine. Rejects with dockerode's error. */
export async function isOnThisMachine({ endpoint, docker }: DockerClient): Promise<boolean> {
  if (!endpoint.host.startsWith('unix://')) return false;
  const { Name } = (await docker.info()) as { Name?: string };
  return Name === hostname();
}

/** What the engine is asked to bind, for mounts of an engine on this machine. */
export function boundMounts(steps: readonly LocalStep[]): Dockerode.MountSettings[] {
  return steps
    .filter(isBindable)
    .map(({ local, remote }) => ({ Type: 'bind', Source: local, Target: remote, ReadOnly: true }));
}

/** Sends what is not bound. */
export async function sendMounts(
  container: Dockerode.Container,
  steps: readonly LocalStep[],
  onThisMachine: boolean,
): Promise<void> {
  const sent = onThisMachine ? steps.filter((step) => !isBindable(step)) : steps;
  if (sent.length > 0) await container.putArchive(await localArchive(sent), { path: '/' });
}

function isBindable({ ignore }: LocalStep): boolean {
  return ignore.length === 0;
}
