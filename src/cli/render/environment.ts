/**
 * How environments look in a list: the one in use marked, and what each holds. Pure.
 */
import chalk from 'chalk';
import { columns } from './columns.ts';

/** An environment as commands tell of it. */
export interface EnvironmentInfo {
  name: string;
  /** Whether it is the one in use. */
  active: boolean;
  /** ISO 8601. */
  created: string;
  /** Names of its secrets. */
  secrets: readonly string[];
}

/** The text for a person: a line for each. */
export function renderEnvironments(environments: readonly EnvironmentInfo[]): string {
  return columns(
    environments.map(({ name, active, secrets }) => [
      active ? `${chalk.green('*')} ${chalk.bold(name)}` : `  ${name}`,
      chalk.dim(secrets.length === 0 ? 'no secrets' : countedSecrets(secrets)),
    ]),
  );
}

/** `2 secrets: db, s3` */
export function countedSecrets(secrets: readonly string[]): string {
  return `${secrets.length} secret${secrets.length === 1 ? '' : 's'}: ${secrets.join(', ')}`;
}
