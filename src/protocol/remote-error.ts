/**
 * Errors as data: how one that was thrown in a container is thrown again by its caller.
 *
 * Kept: name, message, stack (already mapped to TypeScript lines where it was thrown), cause, own
 * properties, the parts of an AggregateError, and the built-in class it extends. The user's own class is
 * not: the caller may not have it. Own properties that cannot cross are left behind.
 */
import { ATTEMPTS, attemptsOf, type CallAttempt } from '../sdk/attempts.ts';
import { isCloneable } from './uncloneable.ts';

/** Built-in classes that `instanceof` works for after crossing. */
const BUILT_IN = {
  AggregateError,
  EvalError,
  RangeError,
  ReferenceError,
  SyntaxError,
  TypeError,
  URIError,
  Error,
};
type BuiltInName = keyof typeof BUILT_IN;

/** An error in a form that every format can carry: only values msgpack has. */
export type ErrorRecord = [
  base: string,
  name: string,
  message: string,
  stack: string | undefined,
  properties: Record<string, unknown>,
  /** What became of the attempts of the call that failed with it; left out where there are none. */
  attempts?: readonly CallAttempt[],
];

/** Properties that are carried although they are not enumerable. */
const HIDDEN = ['cause', 'errors'] as const;

/** An error as data. */
export function recordError(error: Error): ErrorRecord {
  const properties: Record<string, unknown> = {};
  for (const key of new Set([
    ...Object.keys(error),
    ...HIDDEN.filter((hidden) => Object.hasOwn(error, hidden)),
  ])) {
    if (key === 'stack' || key === 'message' || key === 'name') continue;
    const value = (error as unknown as Record<string, unknown>)[key];
    if (isCloneable(value) && !leadsTo(value, error)) properties[key] = value;
  }
  const attempts = attemptsOf(error);
  const name = String(error.name);
  const record: ErrorRecord = [builtInBase(error), name, String(error.message), error.stack, properties];
  if (attempts.length > 0) record.push(attempts);
  return record;
}

/** The error that a record was made of. */
export function reviveError([base, name, message, stack, properties, attempts]: ErrorRecord): Error {
  const Base = BUILT_IN[base as BuiltInName] ?? Error;
  const error =
    Base === AggregateError ? new AggregateError([], message) : new (Base as ErrorConstructor)(message);
  if (error.name !== name) define(error, 'name', name);
  define(error, 'stack', stack ?? `${name}: ${message}`);
  if (attempts !== undefined) Object.defineProperty(error, ATTEMPTS, { value: attempts, configurable: true });
  for (const [key, value] of Object.entries(properties)) {
    if ((HIDDEN as readonly string[]).includes(key)) define(error, key, value);
    else (error as unknown as Record<string, unknown>)[key] = value;
  }
  return error;
}

/** The nearest built-in class among the ancestors of an error. */
function builtInBase(error: Error): string {
  for (let at: unknown = error; at !== null; at = Object.getPrototypeOf(at)) {
    const name = (at as Error).constructor?.name;
    if (Object.hasOwn(at as object, 'constructor') && name in BUILT_IN) return name;
  }
  return 'Error';
}

/** Whether following causes and parts from `value` comes back to `error`; such a link is left behind. */
function leadsTo(value: unknown, error: Error, seen = new Set<unknown>()): boolean {
  if (value === error) return true;
  if (!(value instanceof Error) && !Array.isArray(value)) return false;
  if (seen.has(value)) return false;
  seen.add(value);
  const links: unknown[] = Array.isArray(value) ? value : [value.cause, (value as AggregateError).errors];
  return links.some((link) => leadsTo(link, error, seen));
}

/** Not enumerable, as on errors that the language makes. */
function define(error: Error, key: string, value: unknown): void {
  Object.defineProperty(error, key, { value, configurable: true, writable: true, enumerable: false });
}
