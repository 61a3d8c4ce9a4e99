/**
 * Types of generator functions and their handles, and of batched functions.
 */
import { App, type FunctionOptions, type RemoteFunction, type RemoteGenerator } from 'dray';
import { type } from './exact.ts';

const app = new App('types');

const lines = app.function(async function* (file: string, from?: number) {
  yield { file, from };
  return 'all';
});
const sync = app.function(function* () {
  yield 1;
});
const annotated = app.function(async function* (): AsyncIterableIterator<Date> {});

// A generator function has a handle of its own, which gives what is yielded and returned.
type(lines).is<
  RemoteGenerator<
    (
      file: string,
      from?: number,
    ) => AsyncGenerator<{ file: string; from: number | undefined }, string, unknown>
  >
>();
type(lines.remote('a')).is<AsyncGenerator<{ file: string; from: number | undefined }, string, undefined>>();
type(sync.remote()).is<AsyncGenerator<number, void, undefined>>();
type(lines.withOptions({ cpu: 2 }).remote('a', 1)).is<
  AsyncGenerator<{ file: string; from: number | undefined }, string, undefined>
>();
for await (const date of annotated.remote()) type(date).is<Date>();

// @ts-expect-error an argument of another type
lines.remote(1);
// @ts-expect-error what yields values has no one result to spawn for
lines.spawn('a');
// @ts-expect-error nor one for each item
lines.map(['a']);
// @ts-expect-error
lines.spawnMap(['a']);
// @ts-expect-error a stream is no promise
const text: string = await lines.remote('a');
void text;

// What returns one value is no stream, whatever its type.
const loose = app.function((text: string) => JSON.parse(text));
type(loose).is<
  RemoteFunction<typeof JSON.parse extends (...args: never[]) => infer R ? (text: string) => R : never>
>();
const never = app.function((): never => {
  throw new Error('always');
});
type(never.remote()).is<Promise<never>>();
const list = app.function(async () => [1, 2]);
// @ts-expect-error the promise of a list is nothing to iterate
for await (const item of list.remote()) void item;

// A batched function takes and returns lists; its handle single values.
const embed = app.function(
  { batched: { maxBatchSize: 8, waitMs: 10 } },
  async (texts: string[], lengths: number[]) =>
    texts.map((text, index) => (text === '' ? new Error('empty') : text.length + (lengths[index] ?? 0))),
);
type(embed).is<RemoteFunction<(texts: string, lengths: number) => Promise<number>>>();
type(embed.remote('a', 1)).is<Promise<number>>();
type(embed.local('a', 1)).is<Promise<number>>();
// @ts-expect-error single values, not lists
embed.remote(['a'], [1]);
// @ts-expect-error a batched function takes lists
app.function({ batched: { maxBatchSize: 8, waitMs: 10 } }, async (text: string) => [text]);
// @ts-expect-error and returns one
app.function({ batched: { maxBatchSize: 8, waitMs: 10 } }, async (texts: string[]) => texts.length);
// @ts-expect-error without maxBatchSize
app.function({ batched: { waitMs: 10 } }, async (texts: string[]) => texts);

// Options of a variable that may hold any do not tell; what tells is `satisfies`.
const any: FunctionOptions = { cpu: 1 };
type(app.function(any, async (n: number) => n)).is<RemoteFunction<(n: number) => Promise<number>>>();
const told = { batched: { maxBatchSize: 2, waitMs: 0 } } satisfies FunctionOptions;
type(app.function(told, async (ns: number[]) => ns)).is<RemoteFunction<(ns: number) => Promise<number>>>();
