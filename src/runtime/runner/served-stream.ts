/**
 * Runs a call of a generator function: sends what it yields, as far as its reader has room.
 *
 * Invariants
 * - the generator goes on only while there is credit: a slow reader stops it, not the memory
 * - a cancelled one is ended by its own `return()`, so that its `finally` blocks run, and then answers
 */
import { CallCancelledError } from '../../sdk/errors.ts';
import type { ServedCall } from './served-call.ts';

type Generated = AsyncGenerator<unknown, unknown, undefined> | Generator<unknown, unknown, undefined>;

/** Reads the generator that `open` gives to its end, and answers the call. */
export async function serveStream(served: ServedCall, open: () => unknown): Promise<void> {
  let generator: Generated | undefined;
  let ending: Promise<unknown> | undefined;
  const end = (): Promise<unknown> => {
    ending ??= Promise.resolve(generator?.return(undefined));
    return ending;
  };
  let wake: (() => void) | undefined;
  served.onChange = () => {
    // One that runs right now is ended where it next yields; whoever waits below learns what that threw.
    if (served.cancelled) void end().catch(() => {});
    wake?.();
  };
  try {
    generator = open() as Generated;
    for (;;) {
      while (served.credit === 0 && !served.cancelled) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      if (served.cancelled) {
        await end();
        throw new CallCancelledError(served.id);
      }
      const { done, value } = await generator.next();
      if (served.cancelled) continue;
      if (done) return served.succeed(value);
      served.yield(value);
    }
  } catch (error) {
    // A value that cannot cross: its generator is not finished yet.
    await end().catch(() => {});
    served.fail(error);
  } finally {
    served.onChange = undefined;
  }
}

/** Whether what a function gave is to be read value by value. */
export function isGenerator(value: unknown): value is Generated {
  if (typeof value !== 'object' || value === null) return false;
  const { next, return: end } = value as { next?: unknown; return?: unknown };
  return typeof next === 'function' && typeof end === 'function';
}
