/**
 * What is wrong with a source file that esbuild or Node would not take, with its place and a code frame.
 *
 * esbuild is asked again for structured messages, because tsx and Node only keep their text.
 */
import { extname } from 'node:path';
import { type Loader, type Message, type TransformFailure, transform } from 'esbuild';
import { type ToolErrorOptions, UserError } from '../../shared/errors.ts';
import { codeFrame } from './code-frame.ts';
import { displayPosition } from './source-position.ts';

const LOADERS: Readonly<Record<string, Loader>> = {
  '.ts': 'ts',
  '.mts': 'ts',
  '.cts': 'ts',
  '.tsx': 'tsx',
  '.js': 'js',
  '.mjs': 'js',
  '.cjs': 'js',
  '.jsx': 'jsx',
  '.json': 'json',
};

/** The first syntax error of a file as an error to show, or undefined where esbuild finds none. */
export async function syntaxErrorIn(
  file: string,
  source: string,
  cause: unknown,
): Promise<UserError | undefined> {
  const loader = LOADERS[extname(file)];
  if (loader === undefined) return undefined;
  const asModule = await firstMessage(file, source, loader, 'esm');
  if (asModule !== undefined) return syntaxError(file, source, asModule, { cause });
  const asCommonJs = await firstMessage(file, source, loader, 'cjs');
  if (asCommonJs === undefined) return undefined;
  return syntaxError(file, source, asCommonJs, { cause, suggestions: AS_MODULE });
}

/** For what is right in an ES module and wrong in CommonJS, such as await outside of functions. */
const AS_MODULE = [
  'make the package an ES module: "type": "module" in package.json',
  'or name the file .mts',
];

async function firstMessage(
  file: string,
  source: string,
  loader: Loader,
  format: 'esm' | 'cjs',
): Promise<Message | undefined> {
  try {
    await transform(source, { loader, format, platform: 'node', sourcefile: file, logLevel: 'silent' });
    return undefined;
  } catch (error) {
    const { errors } = error as TransformFailure;
    if (!Array.isArray(errors)) throw error;
    return errors[0];
  }
}

/** An esbuild message about a file, as an error to show. */
export function syntaxError(
  file: string,
  source: string,
  message: Message,
  options: Pick<ToolErrorOptions, 'cause' | 'suggestions'>,
): UserError {
  const line = message.location?.line ?? 1;
  const column = columnOf(message);
  const place = displayPosition({ file, line, column }, true);
  return new UserError('APP_SYNTAX_ERROR', `${place}: ${sentence(message.text)}`, {
    details: codeFrame(source, line, column),
    ...options,
  });
}

/** esbuild counts columns in UTF-8 bytes from 0; people and editors count characters from 1. */
export function columnOf(message: Message): number {
  const { location } = message;
  if (location === null) return 1;
  return Buffer.from(location.lineText).subarray(0, location.column).toString('utf8').length + 1;
}

function sentence(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
