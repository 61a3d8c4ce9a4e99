/**
 * Reads the values of secrets that an app brings itself: from its own objects, `.env` files, and this environment.
 *
 * It runs in the process that starts the app, once, before anything is built.
 *
 * Invariants
 * - messages name keys, files and variables, never values
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { SecretDeclaration } from '../../sdk/secret.ts';
import { checkValues } from './check-values.ts';
import type { SecretValues } from './seal.ts';
import { localValueMissing } from './secret-errors.ts';

type Env = Readonly<Record<string, string | undefined>>;
type LocalSecret = Exclude<SecretDeclaration, { kind: 'name' }>;

/** Values by the id of the secret's reference. */
export type LocalSecretValues = ReadonlyMap<string, SecretValues>;

/** What the declarations of an app stand for. Throws a UserError where one cannot be read. */
export async function readLocalSecrets(
  declared: ReadonlyMap<string, LocalSecret>,
  appFile: string,
  env: Env = process.env,
): Promise<LocalSecretValues> {
  const values = new Map<string, SecretValues>();
  for (const [id, declaration] of declared) {
    const read = await readLocal(declaration, path.dirname(appFile), env);
    checkValues(read);
    values.set(id, read);
  }
  return values;
}

async function readLocal(declaration: LocalSecret, folder: string, env: Env): Promise<unknown> {
  switch (declaration.kind) {
    case 'object':
      return declaration.values;
    case 'local-env':
      return Object.fromEntries(declaration.names.map((name) => [name, variable(env, name)]));
    case 'dotenv':
      return readDotenv(declaration.path, folder);
  }
}

function variable(env: Env, name: string): string {
  const value = env[name];
  if (value !== undefined) return value;
  throw localValueMissing(
    `the variable ${name}, which the app takes from its environment, is not set`,
    `set it: export ${name}=…`,
  );
}

async function readDotenv(given: string | undefined, folder: string): Promise<Record<string, string>> {
  const text =
    given === undefined ? await nearestDotenv(folder) : await readIfThere(path.resolve(folder, given));
  if (text === undefined) {
    const what = given === undefined ? `.env in ${folder} or above it` : path.resolve(folder, given);
    throw localValueMissing(
      `there is no ${what}, which the app takes a secret from`,
      'make the file, or name another: Secret.fromDotenv("path")',
    );
  }
  const { parseDotenv } = await import('./dotenv-file.ts');
  return parseDotenv(text);
}

async function nearestDotenv(folder: string): Promise<string | undefined> {
  for (let at = folder; ; at = path.dirname(at)) {
    const text = await readIfThere(path.join(at, '.env'));
    if (text !== undefined || at === path.dirname(at)) return text;
  }
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    throw localValueMissing(`${file} cannot be read: ${code}`, 'see that it is a file that you may read');
  }
}
