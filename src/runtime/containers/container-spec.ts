/**
 * What a backend needs to start one container, as plain data.
 *
 * Pure: containerSpecFor translates a function's manifest and decides nothing else.
 */
import type { FunctionManifest } from '../../protocol/manifest.ts';

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
}

/** The spec of one container of a function. */
export function containerSpecFor(
  { app, environment }: { readonly app: string; readonly environment: string },
  fn: FunctionManifest,
  image: string,
  command: readonly string[],
): ContainerSpec {
  return {
    app,
    environment,
    functionName: fn.name,
    image,
    command,
    env: {
      ...fn.env,
      DRAY_IS_REMOTE: '1',
      DRAY_APP: app,
      DRAY_FUNCTION: fn.name,
      DRAY_ENVIRONMENT: environment,
    },
    cpu: fn.cpu,
    memoryMiB: fn.memoryMiB,
    ...(fn.cpuLimit !== undefined && { cpuLimit: fn.cpuLimit }),
    ...(fn.memoryLimitMiB !== undefined && { memoryLimitMiB: fn.memoryLimitMiB }),
  };
}
