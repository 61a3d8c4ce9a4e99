/**
 * Why esbuild could not make a bundle, as an error that the app's author can act on.
 */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { BuildFailure, Message } from 'esbuild';
import { UserError } from '../../shared/errors.ts';
import { codeFrame } from './code-frame.ts';
import { importNotFound } from './import-errors.ts';
import { displayPosition } from './source-position.ts';
import { columnOf, syntaxErrorIn } from './syntax-errors.ts';

/** The error to show instead of what esbuild threw. Anything that is no report of esbuild's is given back. */
export async function bundleError(folder: string, thrown: unknown): Promise<unknown> {
  const message = (thrown as BuildFailure).errors?.[0];
  if (message === undefined || message.location === null) return thrown;
  const file = resolve(folder, message.location.file);
  const source = await readFile(file, 'utf8');
  const syntaxError = await syntaxErrorIn(file, source, thrown);
  if (syntaxError !== undefined) return syntaxError;
  const specifier = quotedText(message);
  if (specifier !== undefined) return importNotFound({ specifier, importer: file, error: thrown });
  const { line } = message.location;
  const column = columnOf(message);
  return new UserError(
    'APP_BUNDLE_FAILED',
    `${displayPosition({ file, line, column }, true)}: ${message.text.charAt(0).toLowerCase()}${message.text.slice(1)}`,
    { details: codeFrame(source, line, column), cause: thrown },
  );
}

/** The string literal that a message points at: in source that is right otherwise, a specifier. */
function quotedText({ location }: Message): string | undefined {
  if (location === null) return undefined;
  const bytes = Buffer.from(location.lineText);
  const marked = bytes.subarray(location.column, location.column + location.length).toString('utf8');
  const isQuoted =
    marked.length > 2 && ['"', "'", '`'].includes(marked.charAt(0)) && marked.at(-1) === marked[0];
  return isQuoted ? marked.slice(1, -1) : undefined;
}
