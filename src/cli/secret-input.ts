/**
 * Reads the values for a secret from where the user says: arguments, files, stdin, or a question.
 *
 * Files come first and arguments after them, so that an argument can replace one value of a file.
 *
 * Invariants
 * - messages name keys and files, never values
 * - nothing is asked without a terminal, and stdin is read once
 */
import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { UserError } from '../shared/errors.ts';
import { askHidden } from './ask.ts';

export interface SecretInput {
  /** `KEY=value`, or `KEY=-` for one that is asked for. */
  readonly pairs: readonly string[];
  /** Files, `-` for stdin. */
  readonly fromDotenv: string | undefined;
  readonly fromJson: string | undefined;
}

export interface SecretInputStreams {
  readonly stdin: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  /** Reads `.env` text. */
  parseDotenv(text: string): Record<string, string>;
}

/** The values, not checked yet: what a JSON file holds need not be text. Throws a UserError. */
export async function readSecretInput(
  { pairs, fromDotenv, fromJson }: SecretInput,
  { stdin, parseDotenv }: SecretInputStreams,
): Promise<Record<string, unknown>> {
  const given = pairs.map(parsePair);
  const asked = given.flatMap(({ key, value }) => (value === '-' ? [key] : []));
  checkStdin([fromDotenv, fromJson], asked, stdin.isTTY === true);
  const values = new Map<string, unknown>();
  const take = (more: object) => {
    for (const [key, value] of Object.entries(more)) values.set(key, value);
  };
  if (fromDotenv !== undefined) take(parseDotenv(await readSource(fromDotenv, stdin)));
  if (fromJson !== undefined) take(parseJson(await readSource(fromJson, stdin), fromJson));
  for (const { key, value } of given) {
    values.set(key, value === '-' ? await ask(key, stdin) : value);
  }
  return Object.fromEntries(values);
}

function parsePair(pair: string): { key: string; value: string } {
  const at = pair.indexOf('=');
  // The argument itself is not shown: it may be a value whose key was forgotten.
  if (at <= 0) {
    throw new UserError(
      'SECRET_INPUT',
      'a value is given as KEY=value, and one of the arguments has no KEY=',
      {
        suggestions: ['KEY=- asks for the value, so that it is not in the history of your shell'],
        ref: 'docs/secrets.md',
      },
    );
  }
  return { key: pair.slice(0, at), value: pair.slice(at + 1) };
}

function checkStdin(files: readonly (string | undefined)[], asked: readonly string[], isTTY: boolean): void {
  const readers = files.filter((file) => file === '-').length + (isTTY ? 0 : asked.length);
  if (readers <= 1) return;
  throw new UserError('SECRET_INPUT', 'stdin can give one thing, and several are to be read from it', {
    suggestions: ['give several values as one file: --from-dotenv - reads KEY=value lines from stdin'],
    ref: 'docs/secrets.md',
  });
}

async function ask(key: string, stdin: SecretInputStreams['stdin']): Promise<string> {
  if (stdin.isTTY) return askHidden(`Value of ${key}`);
  // The newline that `echo` and every editor put at the end is not meant.
  return (await text(stdin)).replace(/\r?\n$/, '');
}

async function readSource(file: string, stdin: NodeJS.ReadableStream): Promise<string> {
  if (file === '-') return text(stdin);
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UserError(
      'SECRET_INPUT',
      `${file} cannot be read: ${code === 'ENOENT' ? 'there is no such file' : code}`,
      {
        suggestions: ['give the path of a file, or - for stdin'],
        ref: 'docs/secrets.md',
        cause: error,
      },
    );
  }
}

function parseJson(source: string, file: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(source);
  } catch {
    // Not as the cause: the parser's message quotes the text.
    value = undefined;
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  throw new UserError('SECRET_INPUT', `${file === '-' ? 'stdin' : file} holds no JSON object`, {
    suggestions: ['write one of texts by key: {"TOKEN": "…"}'],
    ref: 'docs/secrets.md',
  });
}
