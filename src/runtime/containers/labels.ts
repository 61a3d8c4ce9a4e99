/**
 * The labels on everything dray creates, by which it is found again after a crash.
 *
 * Pure. Values are readable as they are: `docker ps --filter label=dev.dray.app=thumbnails` must work.
 */
import type { ContainerSpec } from './container-spec.ts';
import { formatOwner, type Owner } from './owner.ts';

export const LABELS = {
  app: 'dev.dray.app',
  function: 'dev.dray.function',
  environment: 'dev.dray.environment',
  /** The process that the container belongs to (owner.ts). */
  owner: 'dev.dray.owner',
  /** Id of the server that the container belongs to: nobody else ends it. */
  server: 'dev.dray.server',
  /** Equal for containers that can take each other's place. */
  pool: 'dev.dray.pool',
  /** The mark of its channel, where it may outlive the process of its server. */
  mark: 'dev.dray.mark',
} as const;

/** The environment of what names none. */
const DEFAULT_ENVIRONMENT = 'main';

/** The labels of one container. @param server id of the server that it belongs to, if any */
export function containerLabels(spec: ContainerSpec, owner: Owner, server?: string): Record<string, string> {
  return {
    [LABELS.app]: spec.app,
    [LABELS.function]: spec.functionName,
    [LABELS.environment]: spec.environment ?? DEFAULT_ENVIRONMENT,
    [LABELS.owner]: formatOwner(owner),
    ...(server !== undefined && { [LABELS.server]: server }),
    ...(spec.survival && { [LABELS.pool]: spec.survival.pool, [LABELS.mark]: spec.survival.mark }),
  };
}

/** A readable and unique name, e.g. `dray-thumbnails-resize-k3x9q0ab`, made of what Docker allows. */
export function containerName(spec: ContainerSpec, random: string): string {
  const part = (text: string) => text.replaceAll(/[^A-Za-z0-9_.-]/g, '-').slice(0, 64);
  return `dray-${part(spec.app)}-${part(spec.functionName)}-${random}`;
}
