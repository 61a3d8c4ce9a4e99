/**
 * How tokens look: in a list, and one alone; their secrets never. Pure.
 */
import chalk from 'chalk';
import { columns } from './columns.ts';
import { minute } from './minute.ts';

/** A token as commands tell of it. */
export interface TokenInfo {
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly string[];
  /** ISO 8601. */
  readonly createdAt: string;
  /** null where it was never used. */
  readonly lastUsedAt: string | null;
}

/** The text for a person: a line for each. */
export function renderTokens(tokens: readonly TokenInfo[]): string {
  if (tokens.length === 0) return 'There are no tokens';
  const head = ['ID', 'NAME', 'SCOPES', 'CREATED', 'LAST USED'].map((title) => chalk.dim(title));
  const rows = tokens.map(({ id, name, scopes, createdAt, lastUsedAt }) => [
    ...[id, name, scopes.join(' '), minute(createdAt)],
    lastUsedAt === null ? 'never' : minute(lastUsedAt),
  ]);
  return columns([head, ...rows]);
}

/** One token and the server it is for. */
export function renderToken({ id, name, scopes, createdAt }: TokenInfo, server: string): string {
  return columns([
    [chalk.dim('Server'), server],
    [chalk.dim('Token'), id],
    [chalk.dim('Name'), name],
    [chalk.dim('Scopes'), scopes.join(' ')],
    [chalk.dim('Created'), minute(createdAt)],
  ]);
}
