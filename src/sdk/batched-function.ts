/**
 * A `batched` function seen from outside: it takes and returns lists, its handle single values.
 *
 * Pure, apart from calling the function.
 */

import type { AnyFunction } from './declaration.ts';
import { BatchResultError } from './errors.ts';

/** A function that runs on lists: one for each parameter, and one of as many results. */
// biome-ignore lint/suspicious/noExplicitAny: any lists are meant
export type ListFunction = (...lists: any[][]) => readonly unknown[] | Promise<readonly unknown[]>;

type ItemsOf<Lists extends readonly unknown[]> = {
  [Index in keyof Lists]: Lists[Index] extends readonly (infer Item)[] | undefined ? Item : never;
};

/** What one call of a batched function looks like to its caller. A result that is an Error is thrown instead. */
export type Unbatched<F extends AnyFunction> = F extends (...lists: infer Lists) => infer Results
  ? (
      ...args: ItemsOf<Lists>
    ) => Promise<Awaited<Results> extends readonly (infer Result)[] ? Exclude<Result, Error> : never>
  : never;

/** Arguments of several calls as a list for each parameter. What a call leaves out is undefined. */
export function listsOf(calls: readonly (readonly unknown[])[], parameters: number): unknown[][] {
  const count = Math.max(parameters, ...calls.map((args) => args.length));
  return Array.from({ length: count }, (_, index) => calls.map((args) => args[index]));
}

/** The results of a batch. Throws a BatchResultError where they are not one for each call. */
export function checkResults(results: unknown, calls: number, label: string): readonly unknown[] {
  if (Array.isArray(results) && results.length === calls) return results;
  throw new BatchResultError(label, calls, results);
}

/** A batched function that is called right here, with a batch of one. */
export async function callAlone(fn: AnyFunction, args: readonly unknown[], label: string): Promise<unknown> {
  const results: unknown = await fn(...listsOf([args], fn.length));
  const [result] = checkResults(results, 1, label);
  if (result instanceof Error) throw result;
  return result;
}
