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
} as const;

/** The environment of what names none. */
const DEFAULT_ENVIRONMENT = 'main';

/** The labels of one container. */
export function containerLabels(spec: ContainerSpec, owner: Owner): Record<string, string> {
  return {
    [LABELS.app]: spec.app,
    [LABELS.function]: spec.functionName,
    [LABELS.environment]: spec.environment ?? DEFAULT_ENVIRONMENT,
    [LABELS.owner]: formatOwner(owner),
  };
}

/** A readable and unique name, e.g. `dray-thumbnails-resize-k3x9q0ab`, made of what Docker allows. */
export function containerName(spec: ContainerSpec, random: string): string {
  const part = (text: string) => text.replaceAll(/[^A-Za-z0-9_.-]/g, '-').slice(0, 64);
  return `dray-${part(spec.app)}-${part(spec.functionName)}-${random}`;
}
