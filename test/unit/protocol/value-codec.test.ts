import { createContext, runInContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import {
  decodeValue,
  encodeThrown,
  encodeValue,
  MAX_PAYLOAD_BYTES,
} from '../../../src/protocol/value-codec.ts';
import { PayloadTooLargeError, UncloneableValueError } from '../../../src/sdk/errors.ts';

const cross = (value: unknown) => decodeValue(encodeValue(value, 'args'));

describe('values that cross', () => {
  it.each([
    ['undefined', undefined],
    ['null', null],
    ['numbers', [0, -1, 1.5, 2 ** 53, -(2 ** 40), Number.NaN, Number.POSITIVE_INFINITY]],
    ['negative zero', -0],
    ['negative zero in an object', { at: [-0] }],
    ['minus one, which shares its first byte with the other format', -1],
    ['strings', ['', 'ü', '日本', 'a'.repeat(70_000)]],
    ['a lone surrogate', 'x\ud800y'],
    ['big integers', [1n, -(2n ** 63n) - 5n, 2n ** 200n]],
    ['dates', [new Date(0), new Date(-1), new Date('2026-02-28T23:59:59.999Z')]],
    ['an invalid date', new Date(Number.NaN)],
    ['regular expressions', [/a\/b/giu, /(?<x>y)/s]],
    [
      'maps with object keys',
      new Map<unknown, unknown>([
        [{ a: 1 }, new Set([1, 'x'])],
        ['k', undefined],
      ]),
    ],
    [
      'typed arrays',
      [new Uint8Array([1, 2]), new Float64Array([1.5]), new BigInt64Array([-1n]), new Uint8ClampedArray([9])],
    ],
    ['an array buffer', new Uint8Array([1, 2, 3]).buffer],
    ['undefined properties', { a: undefined, b: [undefined] }],
    ['odd keys', { '': 1, 'a b': 2, 7: 3, __proto: 4 }],
    ['objects without a prototype', Object.assign(Object.create(null), { a: 1 })],
  ])('keeps %s', (_, value) => {
    expect(cross(value)).toEqual(value);
  });

  it('keeps the sign of zero, holes in arrays and a key named __proto__', () => {
    expect(Object.is(cross(-0), -0)).toBe(true);
    const holes: unknown[] = [1];
    holes[2] = 3;
    expect(1 in (cross(holes) as unknown[])).toBe(false);
    expect(Object.keys(cross(JSON.parse('{"__proto__": 1}')) as object)).toEqual(['__proto__']);
  });

  it('gives a Buffer as a Buffer and a Uint8Array as a Uint8Array', () => {
    expect(Buffer.isBuffer(cross(Buffer.from('x')))).toBe(true);
    expect(Buffer.isBuffer(cross(new Uint8Array(1)))).toBe(false);
  });

  it('keeps cycles and shared references', () => {
    const shared = { n: 1 };
    const value: Record<string, unknown> = { a: shared, b: shared };
    value.self = value;
    const copy = cross(value) as Record<string, unknown>;
    expect(copy.self).toBe(copy);
    expect(copy.a).toBe(copy.b);
    expect(copy).not.toBe(value);
  });

  it('takes plain objects of another realm', () => {
    const foreign = runInContext('({ a: [1, { b: 2 }] })', createContext({}));
    expect(cross(foreign)).toEqual({ a: [1, { b: 2 }] });
  });
});

describe('errors', () => {
  class QuotaError extends TypeError {
    override name = 'QuotaError';
    code = 'E_QUOTA';
    details = { left: 0, at: new Date(5) };
    retry = () => {};
  }

  it('keep name, message, stack, cause, own properties and the built-in class', () => {
    const original = new QuotaError('none left', { cause: new RangeError('limit') });
    const copy = cross({ failure: original }) as { failure: QuotaError };
    expect(copy.failure).toBeInstanceOf(TypeError);
    expect(copy.failure).toMatchObject({
      name: 'QuotaError',
      message: 'none left',
      code: 'E_QUOTA',
      details: original.details,
    });
    expect(copy.failure.stack).toBe(original.stack);
    expect(copy.failure.cause).toBeInstanceOf(RangeError);
    expect(Object.keys(copy.failure)).not.toContain('cause');
  });

  it('leave behind what cannot cross instead of failing', () => {
    expect(cross(new QuotaError('x'))).not.toHaveProperty('retry');
  });

  it('keep the parts of an AggregateError', () => {
    const copy = cross(new AggregateError([new Error('a'), 'b'], 'both')) as AggregateError;
    expect(copy.errors).toEqual([new Error('a'), 'b']);
  });

  it('that cause themselves do not hang', () => {
    const error = new Error('round');
    error.cause = new Error('middle', { cause: error });
    expect(cross(error)).toMatchObject({ message: 'round' });
  });

  it('can be anything that is thrown', () => {
    expect(decodeValue(encodeThrown('just text'))).toBe('just text');
    expect(decodeValue(encodeThrown(undefined))).toBe(undefined);
    expect(decodeValue(encodeThrown(() => 1))).toMatchObject({ message: '() => 1' });
  });
});

describe('values that cannot cross', () => {
  class Point {
    x = 1;
  }
  it.each([
    [[{ onDone() {} }], 'args[0].onDone is a function'],
    [[1, [Symbol('s')]], 'args[1][0] is a symbol'],
    [[{ 'a b': { p: new Point() } }], 'args[0]["a b"].p is an instance of Point'],
    [[new Map([['k', new WeakMap()]])], 'args[0].get("k") is an instance of WeakMap'],
    [[new Set([() => 1])], 'args[0].values() is a function'],
    [[Promise.resolve(1)], 'args[0] is a promise (await it first)'],
    [[new Uint8Array(new SharedArrayBuffer(1))], 'args[0] is backed by shared memory'],
  ])('are named by their path: %#', (args, message) => {
    expect(() => encodeValue(args, 'args')).toThrow(UncloneableValueError);
    expect(() => encodeValue(args, 'args')).toThrow(message);
  });

  it('are refused above the limit, with their size', () => {
    const large = Buffer.alloc(MAX_PAYLOAD_BYTES + 1);
    expect(() => encodeValue([large], 'args')).toThrow(PayloadTooLargeError);
    expect(() => encodeValue([large], 'args')).toThrow(
      'args are 100 MiB encoded; a call carries at most 100 MiB',
    );
  });
});
