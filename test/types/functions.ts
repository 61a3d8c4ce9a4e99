/**
 * Types of functions and their handles: what is inferred, and what does not compile.
 */
import { App, type FunctionCall, type MapResults, type RemoteFunction } from 'dray';
import { type } from './exact.ts';

const app = new App('types');

interface Order {
  id: number;
  note?: string;
}

interface Placed {
  order: Order;
  times: number;
}

const add = app.function(async (a: number, b: number) => a + b);
const sync = app.function((text: string) => text.length);
const optional = app.function(async (order: Order, times = 1): Promise<Placed> => ({ order, times }));
const rest = app.function(async (...words: string[]) => words.join(' '));
const nothing = app.function(async () => {});
const generic = app.function({ cpu: 1 }, async (input: Map<string, Date>) => [...input.values()]);
const union = app.function(async (side: 'left' | 'right') => side);

// A handle carries the function's own type.
type(add).is<RemoteFunction<(a: number, b: number) => Promise<number>>>();

// remote: the function's arguments, its awaited result.
type(add.remote(1, 2)).is<Promise<number>>();
type(sync.remote('a')).is<Promise<number>>();
type(optional.remote({ id: 1 })).is<Promise<Placed>>();
type(optional.remote({ id: 1, note: 'x' }, 2)).is<Promise<Placed>>();
type(rest.remote('a', 'b')).is<Promise<string>>();
type(nothing.remote()).is<Promise<void>>();
type(generic.remote(new Map())).is<Promise<Date[]>>();
type(union.remote('left')).is<Promise<'left' | 'right'>>();

// @ts-expect-error an argument of another type
add.remote('1', 2);
// @ts-expect-error an argument is missing
add.remote(1);
// @ts-expect-error one argument too many
add.remote(1, 2, 3);
// @ts-expect-error a field of another type
optional.remote({ id: '1' });
// @ts-expect-error a field that is not there
optional.remote({ id: 1, nota: 'x' });
// @ts-expect-error no such choice
union.remote('up');
// @ts-expect-error the handle is no function itself
add(1, 2);
// @ts-expect-error the result is a promise
const early: number = add.remote(1, 2);
void early;

// local: as the function itself, promise or not.
type(add.local(1, 2)).is<Promise<number>>();
type(sync.local('a')).is<number>();
// @ts-expect-error an argument of another type
sync.local(1);

// spawn: a call whose result is the function's.
type(add.spawn(1, 2)).is<Promise<FunctionCall<number>>>();
const call = await add.spawn(1, 2);
type(call.id).is<string>();
type(call.get()).is<Promise<number>>();
type(call.get({ timeoutMs: 0 })).is<Promise<number>>();
type(call.cancel()).is<Promise<void>>();
// @ts-expect-error an argument is missing
await add.spawn(1);
// @ts-expect-error no such option
await call.get({ timeout: 5 });

// map: items of the first parameter, results of the function, awaited or one by one.
type(sync.map(['a', 'b'])).is<MapResults<number>>();
type(await sync.map(['a', 'b'])).is<number[]>();
type(await sync.map(new Set(['a']))).is<number[]>();
type(
  await sync.map(
    (async function* () {
      yield 'a';
    })(),
  ),
).is<number[]>();
for await (const length of sync.map(['a'])) type(length).is<number>();
type(await sync.map(['a'], { returnExceptions: true })).is<(number | Error)[]>();
type(await sync.map(['a'], { ordered: false, concurrency: 5 })).is<number[]>();
// @ts-expect-error items of another type
sync.map([1, 2]);
// @ts-expect-error one item is no list of them
sync.map(5);
// @ts-expect-error no such option
sync.map(['a'], { parallel: 5 });

// starmap: tuples of all parameters.
type(
  await add.starmap([
    [1, 2],
    [3, 4],
  ]),
).is<number[]>();
type(await add.starmap([[1, 2]], { returnExceptions: true })).is<(number | Error)[]>();
type(await optional.starmap([[{ id: 1 }], [{ id: 2 }, 3]])).is<Placed[]>();
// @ts-expect-error a tuple too short
add.starmap([[1]]);
// @ts-expect-error a tuple of another type
add.starmap([['1', 2]]);
// @ts-expect-error no tuples
add.starmap([1, 2]);

// forEach: as map, for nothing.
type(sync.forEach(['a'])).is<Promise<void>>();
// @ts-expect-error items of another type
sync.forEach([1]);
