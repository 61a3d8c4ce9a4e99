/**
 * Asks an engine what it is: its version, what it stores on, what it can limit, and what time it has.
 */
import type { DockerClient } from './docker-client.ts';
import { translateDockerError } from './docker-errors.ts';

export interface DockerFacts {
  /** E.g. `28.5.2`. */
  readonly version: string;
  /** `linux`, or `windows` for containers that dray cannot run. */
  readonly os: string;
  /** As the kernel calls it: `x86_64`, `aarch64`. */
  readonly arch: string;
  /** Storage driver. */
  readonly driver: string;
  /** Name of the machine it runs on. */
  readonly hostname: string;
  /** Where it keeps everything, a path on that machine. */
  readonly rootFolder: string;
  readonly limits: { readonly memory: boolean; readonly cpu: boolean };
  /** How far its clock is ahead of ours, in ms, give or take `uncertaintyMs`. */
  readonly clock: { readonly aheadMs: number; readonly uncertaintyMs: number };
}

/** Throws an EnvironmentError. */
export async function askDockerFacts({ docker, endpoint }: DockerClient): Promise<DockerFacts> {
  const asked = Date.now();
  const info = await docker.info().catch((error: unknown) => {
    throw translateDockerError(error, { endpoint, action: 'say what it is' });
  });
  const answered = Date.now();
  return {
    version: info.ServerVersion,
    os: info.OSType,
    arch: info.Architecture,
    driver: info.Driver,
    hostname: info.Name,
    rootFolder: info.DockerRootDir,
    limits: { memory: info.MemoryLimit, cpu: info.CpuCfsQuota },
    clock: {
      // It told its time somewhere between the two.
      aheadMs: Date.parse(info.SystemTime) - (asked + answered) / 2,
      uncertaintyMs: (answered - asked) / 2,
    },
  };
}
