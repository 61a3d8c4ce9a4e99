/**
 * How a function's result leaves the program: on stdout, and into a file with --write-result.
 *
 * Strings and bytes go out as they are, everything else as JSON. What JSON has no form for is written in
 * the nearest one: a Map as an object or pairs, a Set as an array, a BigInt as a string, bytes as base64.
 */
import { writeFile } from 'node:fs/promises';
import { EnvironmentError } from '../shared/errors.ts';

/** The text or bytes of a result; undefined where there is nothing to show. */
export function resultOutput(result: unknown): string | Uint8Array | undefined {
  if (result === undefined) return undefined;
  if (typeof result === 'string' || result instanceof Uint8Array) return result;
  return JSON.stringify(jsonValue(result), undefined, 2);
}

/** The result as JSON values, for the `--json` document. Undefined becomes null, so that the key is there. */
export function jsonValue(value: unknown): unknown {
  return plain(value, new Set()) ?? null;
}

function plain(value: unknown, above: Set<unknown>): unknown {
  if (typeof value === 'bigint') return value.toString();
  if (typeof value !== 'object' || value === null) return value;
  if (above.has(value)) return '[circular]';
  above.add(value);
  try {
    return plainObject(value, above);
  } finally {
    above.delete(value);
  }
}

function plainObject(value: object, above: Set<unknown>): unknown {
  if (value instanceof Map) {
    const textKeys = value.keys().every((key) => typeof key === 'string');
    const entries = [...value].map(([key, item]) => [plain(key, above), plain(item, above)] as const);
    return textKeys ? Object.fromEntries(entries) : entries;
  }
  if (value instanceof Set || Array.isArray(value))
    return Array.from(value, (item) => plain(item, above) ?? null);
  if (value instanceof Uint8Array)
    return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64');
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) {
    return Array.from(value as unknown as ArrayLike<number | bigint>, (item) => plain(item, above));
  }
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (value instanceof Error) return { name: value.name, message: value.message };
  if (value instanceof RegExp) return String(value);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item, above)]));
}

/** Prints a result as the last thing on stdout: text ends in one newline, bytes are left alone. */
export function printResult(result: unknown): void {
  const output = resultOutput(result);
  if (output === undefined) return;
  process.stdout.write(typeof output === 'string' && !output.endsWith('\n') ? `${output}\n` : output);
}

/** Prints a value of a generator as it comes: text and bytes as they are, the rest as JSON, each on a line. */
export function printValue(value: unknown): void {
  if (value instanceof Uint8Array) process.stdout.write(value);
  else process.stdout.write(`${typeof value === 'string' ? value : JSON.stringify(jsonValue(value))}\n`);
}

/** Writes a result to a file. Throws an EnvironmentError where it cannot. */
export async function writeResult(path: string, result: unknown): Promise<void> {
  try {
    await writeFile(path, resultOutput(result) ?? '');
  } catch (error) {
    throw new EnvironmentError('RESULT_NOT_WRITTEN', `cannot write the result to ${path}`, {
      suggestions: ['see that its folder exists and may be written to'],
      cause: error,
    });
  }
}
