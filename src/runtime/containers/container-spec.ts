/**
 * What a backend needs to start one container, as plain data.
 *
 * Pure: containerSpecFor translates a function's manifest and decides nothing else.
 */
import type { FunctionManifest } from '../../protocol/manifest.ts';
import { MARK_VARIABLE } from '../../protocol/resync-mark.ts';

export interface ContainerSpec {
  readonly app: string;
  /** Default: `main`. */
  readonly environment?: string;
  readonly functionName: string;
  /** Reference of a present image; ignored by backends without images. */
  readonly image: string;
  /** The program and its arguments. `node` is the image's (or the machine's) own Node. */
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cpu: number;
  readonly cpuLimit?: number;
  readonly memoryMiB: number;
  readonly memoryLimitMiB?: number;
  /** It may outlive this process, and be taken back by the next of the same server; ignored by backends that cannot. */
  readonly survival?: Survival;
  /** Volumes of the host that it sees; ignored by backends without images. */
  readonly volumes?: readonly VolumeMount[];
  /** Files and folders of this machine that are in the container when it starts; ignored by backends without images. */
  readonly mounts?: readonly LocalMount[];
}

/** By what a container is known again. */
export interface Survival {
  /** Equal for containers that can take each other's place. */
  readonly pool: string;
  /** The mark of its channel (protocol/resync-mark.ts), in hex. */
  readonly mark: string;
}

/** A step `addLocalFile` or `addLocalDir` that bakes no layer. */
export type LocalMount = Extract<FunctionManifest['image']['steps'][number], { kind: 'add-local' }>;

/** What a container is made from. */
export interface ContainerImage {
  readonly image: string;
  /** A Node that it is given: what starts in place of `node`, from a volume. */
  readonly node?: VolumeMount & { readonly command: readonly string[] };
}

/** A volume of the container's host, read-only. */
export interface VolumeMount {
  readonly volume: string;
  readonly target: string;
}

/** The spec of one container of a function. */
export function containerSpecFor(
  { app, environment }: { readonly app: string; readonly environment: string },
  fn: FunctionManifest,
  { image, node }: ContainerImage,
  command: readonly string[],
  survival?: Survival,
): ContainerSpec {
  const mounts = fn.image.steps.filter((step) => step.kind === 'add-local').filter(({ copy }) => !copy);
  return {
    app,
    environment,
    functionName: fn.name,
    image,
    command: node === undefined ? command : [...node.command, ...command.slice(1)],
    env: {
      ...fn.env,
      DRAY_IS_REMOTE: '1',
      DRAY_APP: app,
      DRAY_FUNCTION: fn.name,
      DRAY_ENVIRONMENT: environment,
      ...(survival && { [MARK_VARIABLE]: survival.mark }),
    },
    cpu: fn.cpu,
    memoryMiB: fn.memoryMiB,
    ...(fn.cpuLimit !== undefined && { cpuLimit: fn.cpuLimit }),
    ...(fn.memoryLimitMiB !== undefined && { memoryLimitMiB: fn.memoryLimitMiB }),
    ...(survival && { survival }),
    ...(mounts.length > 0 && { mounts }),
    ...(node !== undefined && { volumes: [{ volume: node.volume, target: node.target }] }),
  };
}
