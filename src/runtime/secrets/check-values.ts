/**
 * Decides which values a secret may hold: what every process can get as an environment variable.
 *
 * Pure. Messages name keys and never values.
 */
import { badSecretValues } from './secret-errors.ts';

/** POSIX: letters, digits and underscores, not a digit first. */
const KEY_PATTERN = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Linux passes no longer `KEY=value` to a program (MAX_ARG_STRLEN in binfmts.h), with the zero at its end. */
const MAX_VARIABLE_BYTES = 131_072;

/** Throws SECRET_VALUES where something is no value of a secret, or there is none at all. */
export function checkValues(values: unknown): asserts values is Record<string, string> {
  if (typeof values !== 'object' || values === null || Array.isArray(values)) {
    throw badSecretValues('the values of a secret are an object of texts by key', 'as in {"TOKEN": "…"}');
  }
  const entries = Object.entries(values);
  if (entries.length === 0) throw badSecretValues('a secret needs a value', 'give one: TOKEN=- asks for it');
  for (const [key, value] of entries) checkValue(key, value);
}

function checkValue(key: string, value: unknown): void {
  // `__proto__` would be lost where values are copied from one object to another.
  if (!KEY_PATTERN.test(key) || key === '__proto__') {
    throw badSecretValues(
      `${JSON.stringify(key)} cannot be the key of a value`,
      'a key is letters, digits and underscores, and begins with no digit',
    );
  }
  if (typeof value !== 'string') {
    throw badSecretValues(`the value of ${key} is ${typeOf(value)}, and must be text`, `write it in quotes`);
  }
  if (value.includes('\0')) {
    throw badSecretValues(
      `the value of ${key} holds a zero byte, which no environment variable can`,
      'encode it, as base64 for one, and decode it in the function',
    );
  }
  if (Buffer.byteLength(`${key}=${value}`) >= MAX_VARIABLE_BYTES) {
    throw badSecretValues(
      `the value of ${key} is longer than the 128 KiB of an environment variable`,
      'split it over several keys, or keep it elsewhere and its key here',
    );
  }
}

function typeOf(value: unknown): string {
  if (value === undefined || value === null) return String(value);
  return Array.isArray(value) ? 'a list' : `of type ${typeof value}`;
}
