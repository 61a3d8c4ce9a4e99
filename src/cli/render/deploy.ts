/**
 * How a deploy looks: what it changes, what came of it. Pure.
 */
import chalk from 'chalk';
import type { DeployOutcome, DeployPlan, FunctionChange } from '../../protocol/deployment.ts';

const MARKS = {
  added: chalk.green('+'),
  changed: chalk.yellow('~'),
  removed: chalk.red('-'),
  unchanged: chalk.dim('='),
} as const;

/** A line for each function that is not as it was: `~ resize: cpu, code`. */
export function renderChanges(changes: readonly FunctionChange[]): string[] {
  return changes
    .filter(({ change }) => change !== 'unchanged')
    .map(({ name, change, fields }) =>
      fields.length === 0 ? `${MARKS[change]} ${name}` : `${MARKS[change]} ${name}: ${fields.join(', ')}`,
    );
}

/** What a deploy did. `ms` is what it took. */
export function renderOutcome(outcome: DeployOutcome, server: string, ms: number): string {
  const { app, environment, version, changed, functions } = outcome;
  const where = `${environment} at ${server}`;
  if (!changed) return `Nothing changed: ${chalk.bold(app)} version ${version} serves in ${where}`;
  const took = chalk.dim(`(${(ms / 1000).toFixed(1)} s)`);
  return [
    ...renderChanges(functions),
    `Deployed ${chalk.bold(app)} version ${version} in ${where} ${took}`,
  ].join('\n');
}

/** What a deploy would do. */
export function renderPlan({ app, environment, current, changed, functions, images }: DeployPlan): string {
  if (!changed) return `Nothing would change: ${chalk.bold(app)} version ${current} serves in ${environment}`;
  const next = current === undefined ? 'a first version' : `a version after ${current}`;
  return [
    ...renderChanges(functions),
    ...images.map(({ image, functions }) => `build ${image} for ${functions.join(', ')}`),
    `Would deploy ${chalk.bold(app)} in ${environment}, ${next}`,
  ].join('\n');
}

/** `12.3 MiB`. */
export function renderSize(bytes: number): string {
  const units = ['bytes', 'KiB', 'MiB', 'GiB'];
  let size = bytes;
  let unit = 0;
  for (; size >= 1_024 && unit < units.length - 1; unit++) size /= 1_024;
  return `${unit === 0 ? size : size.toFixed(1)} ${units[unit]}`;
}
