/**
 * The errors of secrets: what is wrong, and the command to type.
 *
 * Invariants
 * - no message, suggestion or detail holds a value
 */
import { EnvironmentError, RefusedError, type ToolError, UserError } from '../../shared/errors.ts';
import { isName, NAME_RULE, nearestName } from '../../shared/names.ts';
import { MAIN_ENVIRONMENT } from '../store/store.ts';

const GUIDE = 'docs/secrets.md';

/** Throws BAD_NAME for a name that no secret can have. */
export function checkSecretName(name: unknown): asserts name is string {
  if (typeof name === 'string' && isName(name)) return;
  throw new UserError('BAD_NAME', `a secret cannot be named ${JSON.stringify(name)}`, {
    suggestions: [`a name is ${NAME_RULE}`],
  });
}

/** A name as it stands in a command, with the environment where it is not the usual one. */
function command(verb: string, name: string, environment: string): string {
  const where = environment === MAIN_ENVIRONMENT ? '' : ` --env ${environment}`;
  return `dray secret ${verb} ${name}${where}`;
}

/** There is no such secret. `known` are the secrets of the environment. */
export function secretNotFound(name: string, environment: string, known: readonly string[]): ToolError {
  const near = nearestName(name, known);
  return new RefusedError(
    'SECRET_NOT_FOUND',
    `there is no secret ${name} in the environment ${environment}`,
    {
      suggestions: [
        ...(near === undefined ? [] : [`did you mean ${near}?`]),
        `create it: ${command('create', name, environment)} KEY=-`,
        'see which there are: dray secret list',
      ],
      ref: GUIDE,
    },
  );
}

/** There is one of that name already. */
export function secretExists(name: string, environment: string): ToolError {
  return new RefusedError(
    'SECRET_EXISTS',
    `there is a secret ${name} in the environment ${environment} already`,
    {
      suggestions: ['replace it with --force', 'or choose another name'],
      ref: GUIDE,
    },
  );
}

/** There is no such environment. `known` are those that there are. */
export function environmentNotFound(environment: string, known: readonly string[]): ToolError {
  const near = nearestName(environment, known);
  return new RefusedError('ENVIRONMENT_NOT_FOUND', `there is no environment ${environment}`, {
    suggestions: [
      ...(near === undefined ? [] : [`did you mean ${near}?`]),
      `create it: dray environment create ${environment}`,
    ],
  });
}

/** A secret lacks keys that the app says it needs. */
export function secretKeysMissing(
  name: string,
  environment: string,
  missing: readonly string[],
  present: readonly string[],
): ToolError {
  const near = missing.map((key) => nearestName(key, present)).find((key) => key !== undefined);
  return new RefusedError(
    'SECRET_LACKS_KEYS',
    `the secret ${name} has no ${missing.join(', no ')}; it has ${present.join(', ')}`,
    {
      suggestions: [
        ...(near === undefined ? [] : [`did you mean ${near}?`]),
        `give it all its keys anew: ${command('create', name, environment)} --force ${missing.map((key) => `${key}=-`).join(' ')} …`,
      ],
      ref: GUIDE,
    },
  );
}

/** Values that cannot be a secret's. */
export function badSecretValues(message: string, suggestion: string): ToolError {
  return new UserError('SECRET_VALUES', message, { suggestions: [suggestion], ref: GUIDE });
}

/** A value that the app takes from this machine is not there. */
export function localValueMissing(message: string, suggestion: string): ToolError {
  return new UserError('SECRET_SOURCE_MISSING', message, { suggestions: [suggestion], ref: GUIDE });
}

/** What was sealed was changed by somebody else than dray, or is damaged. */
export function secretTampered(name: string, environment: string): ToolError {
  return new EnvironmentError(
    'SECRET_TAMPERED',
    `the secret ${name} in the environment ${environment} was changed outside of dray, or is damaged`,
    {
      suggestions: [
        `give its values anew: ${command('create', name, environment)} --force KEY=-`,
        'put back a copy of the data folder from before',
      ],
      ref: GUIDE,
    },
  );
}

/** The key at hand is not the one that the secrets are sealed by. `source` is where it is from. */
export function wrongKey(source: string): ToolError {
  return new EnvironmentError(
    'SECRET_KEY_WRONG',
    `the secrets are sealed by another key than that of ${source}`,
    {
      suggestions: [
        'set DRAY_SECRET_KEY to the key they were sealed by, or unset it where the key file has it',
        'put back the key file from a copy',
        'where the key is lost, so are the values: delete the secrets, and create them anew',
      ],
      ref: GUIDE,
    },
  );
}

/** There is no key, and secrets that were sealed by one. */
export function keyLost(file: string): ToolError {
  return new EnvironmentError('SECRET_KEY_LOST', `the key of the secrets, ${file}, is not there`, {
    suggestions: [
      'put it back from a copy, or set DRAY_SECRET_KEY',
      'where the key is lost, so are the values: delete the secrets, and create them anew',
    ],
    ref: GUIDE,
  });
}

/** A key that is none. `source` is where it is from. */
export function badKey(source: string): ToolError {
  return new EnvironmentError('SECRET_KEY_INVALID', `${source} holds no key: 32 bytes, as base64 or hex`, {
    suggestions: ['make one: openssl rand -base64 32', 'put back the key file from a copy'],
    ref: GUIDE,
  });
}

/** Others on this machine can read the key. */
export function keyExposed(file: string, mode: number): ToolError {
  const shown = (mode & 0o777).toString(8).padStart(4, '0');
  return new EnvironmentError(
    'SECRET_KEY_EXPOSED',
    `others may read the key of the secrets: ${file} has mode ${shown}`,
    {
      suggestions: [
        `take it back: chmod 600 ${file}`,
        'then seal everything by a new key: dray secret rotate-key',
      ],
      ref: GUIDE,
    },
  );
}

/** The key file cannot be read or written. */
export function keyFileError(file: string, cause: unknown): ToolError {
  const { code, message } = cause as NodeJS.ErrnoException;
  return new EnvironmentError(
    'SECRET_KEY_UNREADABLE',
    `the key of the secrets cannot be used: ${file}: ${code ?? message}`,
    {
      suggestions: ['see that the file and its folder belong to you'],
      ref: GUIDE,
      cause,
    },
  );
}

/** Rotating a key that dray does not keep needs the new one. */
export function newKeyNeeded(): ToolError {
  return new UserError(
    'SECRET_KEY_NOT_GIVEN',
    'the key is that of DRAY_SECRET_KEY, so the new one must be given as well',
    {
      suggestions: [
        'give it: DRAY_NEW_SECRET_KEY="$(openssl rand -base64 32)" dray secret rotate-key',
        'set DRAY_SECRET_KEY to the new one afterwards',
      ],
      ref: GUIDE,
    },
  );
}
