/**
 * A value as plain JSON, for programs that know nothing of structured clone. Pure.
 *
 * Dates become ISO 8601 text, bytes base64, maps objects (lists of pairs where a key is no text), sets lists, bigints
 * numbers where one holds them and text otherwise, errors objects with name and message. What JSON has no word for
 * (`undefined`, `NaN`, infinities) becomes null.
 *
 * Invariants
 * - a value that contains itself is an error, never cut short
 */
import { UserError } from '../shared/errors.ts';

/** What JSON can say. */
export type JsonValue =
  | null
  | boolean
  | number
  | string
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };

/** The value in JSON. Throws VALUE_NOT_JSON where it contains itself. */
export function jsonValue(value: unknown): JsonValue {
  return convert(value, []);
}

function convert(value: unknown, open: readonly object[]): JsonValue {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value;
    case 'number':
      return Number.isFinite(value) ? value : null;
    case 'bigint':
      return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
    case 'object':
      break;
    default:
      return null;
  }
  if (value === null) return null;
  if (open.includes(value)) {
    throw new UserError('VALUE_NOT_JSON', 'the result contains itself, which JSON cannot say', {
      suggestions: ['return plain data', 'or call the function with the client of dray: docs/clients.md'],
    });
  }
  return convertObject(value, [...open, value]);
}

function convertObject(value: object, open: readonly object[]): JsonValue {
  const inner = (item: unknown) => convert(item, open);
  if (Array.isArray(value)) return Array.from(value, inner);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (value instanceof ArrayBuffer) return Buffer.from(value).toString('base64');
  if (ArrayBuffer.isView(value)) return bytesOf(value).toString('base64');
  if (value instanceof Set) return [...value].map(inner);
  if (value instanceof Map) {
    const pairs = [...value];
    if (pairs.every(([key]) => typeof key === 'string')) return fieldsOf(pairs as [string, unknown][], inner);
    return pairs.map(([key, item]) => [inner(key), inner(item)]);
  }
  if (value instanceof RegExp) return String(value);
  if (value instanceof Number || value instanceof String || value instanceof Boolean) {
    return inner(value.valueOf());
  }
  if (value instanceof Error) {
    const { name, message } = value;
    return { name, message, ...fieldsOf(Object.entries(value), inner) };
  }
  return fieldsOf(Object.entries(value), inner);
}

/** As JSON does, fields that are undefined are left out. */
function fieldsOf(entries: readonly [string, unknown][], inner: (item: unknown) => JsonValue) {
  return Object.fromEntries(
    entries.filter(([, item]) => item !== undefined).map(([key, item]) => [key, inner(item)] as const),
  );
}

function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}
