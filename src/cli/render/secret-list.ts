/**
 * The list of secrets: names, keys and times, and no value. Pure.
 */
import chalk from 'chalk';
import { columns } from './columns.ts';
import { minute } from './minute.ts';

/** A secret as commands tell of it. */
export interface SecretInfo {
  name: string;
  /** Names of its variables. */
  keys: readonly string[];
  /** ISO 8601. */
  created: string;
  updated: string;
  /** null where it was never used. */
  lastUsed: string | null;
}

interface Summary {
  readonly name: string;
  readonly keys: readonly string[];
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly lastUsedAt: number | undefined;
}

/** What of a secret is told. */
export function secretInfo({ name, keys, createdAt, updatedAt, lastUsedAt }: Summary): SecretInfo {
  return {
    name,
    keys,
    created: new Date(createdAt).toISOString(),
    updated: new Date(updatedAt).toISOString(),
    lastUsed: lastUsedAt === undefined ? null : new Date(lastUsedAt).toISOString(),
  };
}

/** The text for a person: a line for each. */
export function renderSecrets(secrets: readonly SecretInfo[], environment: string): string {
  if (secrets.length === 0) return `There are no secrets in the environment ${environment}`;
  const head = ['NAME', 'KEYS', 'CREATED', 'LAST USED'].map((title) => chalk.dim(title));
  const rows = secrets.map(({ name, keys, created, lastUsed }) => [
    name,
    String(keys.length),
    minute(created),
    lastUsed === null ? 'never' : minute(lastUsed),
  ]);
  return columns([head, ...rows]);
}
