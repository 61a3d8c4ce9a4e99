/**
 * How an error looks: one sentence, what to do about it, where to read on. Pure.
 *
 * A stack of ours is shown only for an error that no kind describes: that is our bug.
 */
import chalk from 'chalk';
import { ToolError } from '../../shared/errors.ts';

/** The text for a person, with a final newline. */
export function renderError(error: Error & { oclif?: object }): string {
  if (!(error instanceof ToolError)) return renderForeign(error);
  const lines = [`${chalk.red.bold('Error:')} ${error.message}`];
  if (error.details !== undefined) lines.push('', indent(error.details), '');
  lines.push(chalk.dim(`Code: ${error.code}`));
  const [only, ...more] = error.suggestions;
  if (only !== undefined && more.length === 0) lines.push(`Try this: ${only}`);
  else if (only !== undefined) lines.push('Try this:', ...error.suggestions.map((text) => `  - ${text}`));
  lines.push(chalk.dim(`Reference: ${error.ref}`));
  return `${lines.join('\n')}\n`;
}

/** The error as the one document of `--json`. */
export function errorDocument(error: Error): object {
  if (!(error instanceof ToolError)) {
    return { error: { code: isUsage(error) ? 'USAGE' : 'BUG', message: error.message } };
  }
  const { code, message, suggestions, ref, details } = error;
  return { error: { code, message, suggestions, ref, ...(details !== undefined && { details }) } };
}

/** Errors of the command-line parser say what is wrong by themselves; anything else is a defect of ours. */
function renderForeign(error: Error & { oclif?: object }): string {
  if (isUsage(error)) return `${chalk.red.bold('Error:')} ${error.message}\n`;
  const report = 'this is a defect of dray: please report it with the lines above and `dray --version`';
  return `${chalk.red.bold('Error:')} ${error.message}\n\n${indent(error.stack ?? '')}\n\nCode: BUG\nTry this: ${report}\n`;
}

function isUsage(error: Error & { oclif?: { exit?: number } }): boolean {
  return error.oclif?.exit !== undefined;
}

function indent(text: string): string {
  return text.replaceAll(/^(?=.)/gm, '  ');
}
