/**
 * How containers look in a list. Pure.
 */
import chalk from 'chalk';
import type { ContainerReply } from '../../protocol/api/container-routes.ts';
import { columns } from './columns.ts';
import { minute } from './minute.ts';

/** A line for each. */
export function renderContainers(containers: readonly ContainerReply[], environment: string): string {
  if (containers.length === 0) return `No container runs in the environment ${environment}`;
  const head = ['CONTAINER', 'APP', 'FUNCTION', 'STATE', 'CALLS', 'STARTED'].map((title) => chalk.dim(title));
  const rows = containers.map(({ id, app, function: fn, state, draining, running, startedAt }) => [
    ...[id, app, fn, draining ? `${state}, draining` : state, String(running), minute(startedAt)],
  ]);
  return columns([head, ...rows]);
}
