import { describe, expect, it } from 'vitest';
import { encodePortable, portableBytes } from '../../src/protocol/portable-value.ts';
import { decodeValue, encodeValue } from '../../src/protocol/value-codec.ts';
import { noPython, runPython } from './python-program.ts';

const READ = `
from dray_runner.value_reader import read_value
from dray_runner.value_writer import write_value
value = read_value(sys.stdin.buffer.read())
`;

/** What Python shows of a value that was sent to it. */
async function seenByPython(value: unknown): Promise<string> {
  return (await runPython(`${READ}sys.stdout.write(repr(value))`, encodePortable(value, 'args'))).toString();
}

/** What comes back of a value that Python was sent. */
async function thereAndBack(value: unknown): Promise<unknown> {
  return decodeValue(
    await runPython(`${READ}sys.stdout.buffer.write(write_value(value))`, encodePortable(value, 'args')),
  );
}

/** What a Python expression is to its caller. */
async function madeByPython(expression: string, before = ''): Promise<unknown> {
  const code = `${before}
from dray_runner.value_writer import write_value
from dray_runner.unportable import UncloneableValueError
try:
    result = write_value(${expression})
except UncloneableValueError as error:
    result = write_value("error: " + str(error))
sys.stdout.buffer.write(result)`;
  return decodeValue(await runPython(code));
}

describe.skipIf(noPython)('values between TypeScript and Python', () => {
  it.each([
    ['null', null, 'None'],
    ['undefined', undefined, 'None'],
    ['booleans', [true, false], '[True, False]'],
    [
      'whole numbers',
      [0, -1, 127, 128, -32, -33, 65_536, 2 ** 31, 2 ** 32, -(2 ** 40), 2 ** 53 - 1],
      undefined,
    ],
    ['numbers with a fraction', [0.5, -1e300], '[0.5, -1e+300]'],
    ['NaN and infinities', [Number.NaN, Infinity, -Infinity], '[nan, inf, -inf]'],
    ['big integers', [2n ** 60n, -(2n ** 63n), 2n ** 64n - 1n, 2n ** 200n, -(2n ** 200n)], undefined],
    ['strings', ['', 'é😀', 'x'.repeat(70_000)], undefined],
    ['bytes', new Uint8Array([0, 255]), "b'\\x00\\xff'"],
    ['a buffer', Buffer.from('ab'), "b'ab'"],
    ['objects', { a: 1, 'b c': { d: [] } }, "{'a': 1, 'b c': {'d': []}}"],
    [
      'a Map',
      new Map<unknown, unknown>([
        [1, 'a'],
        [[1, 2], 'b'],
      ]),
      "{1: 'a', (1, 2): 'b'}",
    ],
    ['a Set', new Set([1]), '{1}'],
    [
      'dates',
      [
        new Date(0),
        new Date(1_500),
        new Date(-1),
        new Date('0001-01-01T00:00:00Z'),
        new Date('9999-12-31T23:59:59.999Z'),
      ],
      undefined,
    ],
  ])('%s arrive', async (_, value, expected) => {
    expect(await seenByPython(value)).toBe(expected ?? pythonText(value));
  });

  it.each([
    ['objects and arrays', { a: [1, 'x', null, true, { b: {} }], e: {}, f: [] }],
    [
      'many shapes of objects',
      Array.from({ length: 300 }, (_, i) => ({ [`k${i % 90}`]: i, same: { deep: i } })),
    ],
    [
      'a Map with keys that are no strings',
      new Map<unknown, unknown>([
        [1, { a: 1 }],
        [2, new Map([[3, 4]])],
      ]),
    ],
    ['a Set', new Set(['a', 'b'])],
    ['dates', [new Date(0), new Date(1_700_000_000_123), new Date(-5_000)]],
    ['numbers', [0, 1, -1, 2 ** 31, -(2 ** 31) - 1, 2 ** 53 - 1, 0.1, 1e308, Infinity, Number.NaN]],
    ['big integers', [2n ** 53n, -(2n ** 62n), 2n ** 63n, -(2n ** 64n), 2n ** 300n]],
    ['bytes', Buffer.from([1, 2, 3])],
    ['large bytes', Buffer.alloc(100_000, 7)],
    ['numbered keys', { 1: 'a', 2: 'b' }],
  ])('%s come back as they were', async (_, value) => {
    expect(await thereAndBack(value)).toEqual(value);
  });

  it('typed arrays come back as arrays of the same numbers', async () => {
    const value = [
      new Float32Array([0.5, -1]),
      new Float64Array([0.1]),
      new Int16Array([-2]),
      new Uint32Array([2 ** 32 - 1]),
      new BigInt64Array([-(2n ** 63n)]),
    ];
    expect(await thereAndBack(value)).toEqual(value);
  });

  it('an error arrives as an exception of its kind, with message and cause', async () => {
    const error = new TypeError('bad', { cause: new Error('root') });
    const code = `${READ}e = value[0]; print(type(e).__name__, str(e), repr(e.__cause__), e.stack.startswith("TypeError: bad"))`;
    const shown = await runPython(code, encodePortable([error], 'args'));
    expect(shown.toString().trim()).toBe("TypeError bad Exception('root') True");
  });

  it.each([
    ['a tuple', '(1, "a")', [1, 'a']],
    ['a range', 'range(3)', [0, 1, 2]],
    ['a dict of no string keys', '{1: "a"}', new Map([[1, 'a']])],
    ['None', 'None', null],
    ['an int beyond 2^53', '[2**53, 2**53 - 1]', [2n ** 53n, 2 ** 53 - 1]],
    ['NaN', 'float("nan")', Number.NaN],
    ['a namedtuple', 'Point(1, 2)', { x: 1, y: 2 }],
    ['a dataclass', 'Label("cat", [Label("dog", [])])', { name: 'cat', parts: [{ name: 'dog', parts: [] }] }],
    ['an enum', '[Color.RED, Level.HIGH]', ['red', 3]],
    [
      'a datetime with a zone',
      'datetime(2024, 1, 1, 1, tzinfo=timezone(timedelta(hours=1)))',
      new Date('2024-01-01T00:00:00Z'),
    ],
    ['a datetime without a zone, as UTC', 'datetime(2024, 1, 1, 12)', new Date('2024-01-01T12:00:00Z')],
    ['a date', 'date(2024, 1, 1)', new Date('2024-01-01T00:00:00Z')],
    ['an array', 'array("d", [0.5])', new Float64Array([0.5])],
    ['an ordered dict', 'OrderedDict(a=1)', { a: 1 }],
  ])('%s is returned as its equal', async (_, expression, expected) => {
    const before = `
from array import array
from collections import OrderedDict, namedtuple
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from enum import Enum, IntEnum
Point = namedtuple("Point", "x y")
class Color(Enum): RED = "red"
class Level(IntEnum): HIGH = 3
@dataclass
class Label:
    name: str
    parts: list
`;
    expect(await madeByPython(expression, before)).toEqual(expected);
  });

  it.each([
    ['{"a": [1, object()]}', 'the result.a[1] is an instance of object'],
    ['[{"b c": print}]', "the result[0]['b c'] is the function print"],
    ['(x for x in [])', 'the result is a generator'],
    ['{1: {2: {3}, 4: open}}', 'the result[1][4] is the function open'],
    ['"\\ud800"', 'the result is a string with a lone surrogate'],
    ['{"__proto__": 1}', 'the result is a dict with the key "__proto__"'],
    ['1j', 'the result is an instance of complex'],
    ['loop', 'the result[0].self is a part of itself'],
  ])('%s is refused with its path', async (expression, message) => {
    const before = 'loop = [{}]\nloop[0]["self"] = loop';
    expect(await madeByPython(expression, before)).toBe(
      `error: ${message}, which cannot cross from a container`,
    );
  });

  it.each([
    ['a regular expression', [{ pattern: /x/ }], 'args[0].pattern is a RegExp'],
    ['a cycle', cycle(), 'args[0].self is a part of itself'],
    ['a lone surrogate', ['\ud800'], 'args[0] is a string with a lone surrogate'],
    ['an object as a key', [new Map([[{}, 1]])], 'args[0].keys() is an object as a key'],
    ['an object in a Set', [new Set([{}])], 'args[0].values() is an object in a Set'],
    ['an invalid date', [[new Date(Number.NaN)]], 'args[0][0] is an invalid Date'],
    ['a year that Python lacks', [new Date(-1e15)], 'args[0] is a Date in the year -29719'],
    ['a boxed number', [new Number(1)], 'args[0] is a Number object'],
  ])('%s is refused before it is sent', (_, args, message) => {
    expect(() => encodePortable(args, 'args')).toThrow(`${message}, which has no equal in Python`);
  });

  it('a function is refused as for any other call', () => {
    expect(() => encodePortable([() => 1], 'args')).toThrow('args[0] is a function, which cannot cross');
  });

  it('takes over what another container encoded, values that only V8 keeps included', async () => {
    // biome-ignore lint/suspicious/noSparseArray: holes are the point
    const bytes = portableBytes(encodeValue([-0, [, 1], { a: 1 }], 'args'), 'args');
    const shown = await runPython(`${READ}sys.stdout.write(repr(value))`, bytes);
    expect(shown.toString()).toBe("[0, [None, 1], {'a': 1}]");
  });
});

function cycle(): unknown[] {
  const value: Record<string, unknown> = {};
  value.self = value;
  return [value];
}

/** How Python shows values whose text is too long to write down. */
function pythonText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(pythonText).join(', ')}]`;
  if (value instanceof Date) return dateText(value);
  return typeof value === 'string' ? `'${value}'` : String(value);
}

function dateText(date: Date): string {
  const parts = [
    date.getUTCFullYear(),
    date.getUTCMonth() + 1,
    date.getUTCDate(),
    date.getUTCHours(),
    date.getUTCMinutes(),
    date.getUTCSeconds(),
    date.getUTCMilliseconds() * 1000,
  ];
  while (parts.length > 5 && parts.at(-1) === 0) parts.pop();
  return `datetime.datetime(${parts.join(', ')}, tzinfo=datetime.timezone.utc)`;
}
