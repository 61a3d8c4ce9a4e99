/**
 * How kept lines look: as they were printed in a pipe, headed by their function on a terminal.
 */
import chalk from 'chalk';
import type { LogLineReply } from '../../protocol/api/log-routes.ts';
import { colourOfFunction } from './function-colour.ts';

/** What can head a line. */
export const LINE_PARTS = ['function', 'call', 'container'] as const;
export type LinePart = (typeof LINE_PARTS)[number];

export interface LogLineOptions {
  readonly timestamps: boolean;
  readonly parts: readonly LinePart[];
}

/** One line, without a newline. What dray says is dim. */
export function renderLogLine(line: LogLineReply, { timestamps, parts }: LogLineOptions): string {
  const { at, source, text } = line;
  const heads = parts.flatMap((part) => {
    const value = line[part];
    if (value === null) return [];
    return part === 'function' ? [colourOfFunction(value)(value)] : [chalk.dim(value)];
  });
  const time = timestamps ? [chalk.dim(at)] : [];
  return [...time, ...heads, source === 'system' ? chalk.dim(text) : text].join(' ');
}
