/**
 * Tells generator functions from others, in types and at run time.
 *
 * At run time only the function itself says it (`async function*`, `function*`): what a plain function
 * returns is not known before it ran.
 */
import type { AnyFunction } from './declaration.ts';

// biome-ignore lint/suspicious/noExplicitAny: whatever it yields, returns and takes
type AnyStream = AsyncIterable<any> | Iterator<any, any, any>;

type IsAny<T> = 0 extends 1 & T ? true : false;

/** `true` for the type of a generator function. */
export type YieldsValues<F extends AnyFunction> =
  IsAny<ReturnType<F>> extends true
    ? false
    : [ReturnType<F>] extends [never]
      ? false
      : [ReturnType<F>] extends [AnyStream]
        ? true
        : false;

/** What reading a call of a generator function gives. */
export type StreamOf<F extends AnyFunction> =
  ReturnType<F> extends AsyncGenerator<infer Value, infer Returned, infer _>
    ? AsyncGenerator<Value, Returned, undefined>
    : ReturnType<F> extends Iterator<infer Value, infer Returned, infer _>
      ? AsyncGenerator<Value, Returned, undefined>
      : ReturnType<F> extends AsyncIterable<infer Value>
        ? AsyncGenerator<Value, void, undefined>
        : never;

const GENERATOR_PROTOTYPES: readonly unknown[] = [
  Object.getPrototypeOf(async function* () {}),
  Object.getPrototypeOf(function* () {}),
];

/** Whether a function yields values instead of returning one. */
export function isGeneratorFunction(fn: unknown): boolean {
  return typeof fn === 'function' && GENERATOR_PROTOTYPES.includes(Object.getPrototypeOf(fn));
}
