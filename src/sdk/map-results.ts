/**
 * The results of `.map`: an async iterable that is also awaitable.
 *
 * Reads items only as far as there is room for their calls, and counts a result that nobody took yet as
 * unfinished, so neither a long input nor a slow consumer fills the memory.
 *
 * Invariants
 * - at most `concurrency` items are read and not yet yielded
 * - ordered: results come in the order of the items; unordered: as they settle
 * - a failed item is thrown where its result would have come, or yielded under `returnExceptions`
 * - leaving early cancels the calls that are still out and closes the items' iterator
 */
import { UserError } from '../shared/errors.ts';
import type { CallTarget, Invoker, SubmittedCall } from './invoker.ts';

/** What `.map` reads: anything `for await` takes. */
export type Items<T> = Iterable<T> | AsyncIterable<T>;

/** How a map runs its calls and gives their results. */
export interface MapOptions {
  /** Yield results in the order of the items. Default `true`. */
  ordered?: boolean;
  /** Yield the errors of failed items instead of throwing the first. Default `false`. */
  returnExceptions?: boolean;
  /** Calls unfinished at a time, 1 to 100 000. Default 1 000. */
  concurrency?: number;
}

/** Types the results of a map that yields errors. */
export interface ReturningExceptions {
  returnExceptions: true;
}

const DEFAULT_CONCURRENCY = 1000;

/** The part of an invoker that a map needs. */
export type MapInvoker = Pick<Invoker, 'submit'>;

interface Slot {
  readonly call: SubmittedCall;
  settled: boolean;
  failed: boolean;
  value: unknown;
}

/** Iterate it with `for await`, or await it for an array. The calls start when either happens, once. */
export class MapResults<Result> implements AsyncIterable<Result>, PromiseLike<Result[]> {
  readonly #invoker: MapInvoker;
  readonly #target: CallTarget;
  readonly #items: Items<unknown>;
  readonly #toArguments: (item: never) => readonly unknown[];
  readonly #options: MapOptions;
  #all: Promise<Result[]> | undefined;

  /** Made by `.map`; there is no use in constructing one. */
  constructor(
    invoker: MapInvoker,
    target: CallTarget,
    items: Items<unknown>,
    toArguments: (item: never) => readonly unknown[],
    options: MapOptions = {},
  ) {
    this.#invoker = invoker;
    this.#target = target;
    this.#items = items;
    this.#toArguments = toArguments;
    this.#options = options;
    const { concurrency } = options;
    if (concurrency !== undefined && !(Number.isInteger(concurrency) && concurrency >= 1)) {
      throw new UserError(
        'INVALID_OPTION',
        `concurrency of a map is a whole number from 1, not ${concurrency}`,
      );
    }
  }

  /** Makes `await` give all results as an array. Throws the first failure. */
  // biome-ignore lint/suspicious/noThenProperty: awaiting a map gives its array; that is the point of the class
  then<A = Result[], B = never>(
    onResults?: ((results: Result[]) => A | PromiseLike<A>) | null,
    onError?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    this.#all ??= Array.fromAsync(this);
    return this.#all.then(onResults, onError);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Result, void, undefined> {
    const { ordered = true, returnExceptions = false, concurrency = DEFAULT_CONCURRENCY } = this.#options;
    const source = openItems(this.#items);
    const ready = new Fifo<Slot>();
    const out = new Set<Slot>();
    let unfinished = 0;
    let exhausted = false;
    let wake: (() => void) | undefined;
    let pulling: Promise<void> | undefined;
    let failure: { reason: unknown } | undefined;

    const submit = (item: unknown) => {
      const call = this.#invoker.submit(this.#target, this.#toArguments(item as never));
      call.awaited?.();
      const slot: Slot = { call, settled: false, failed: false, value: undefined };
      unfinished++;
      out.add(slot);
      if (ordered) ready.push(slot);
      const settle = (failed: boolean, value: unknown) => {
        slot.settled = true;
        slot.failed = failed;
        slot.value = value;
        out.delete(slot);
        if (!ordered) ready.push(slot);
        if (!ordered || ready.first === slot) wake?.();
      };
      call.result.then(
        (value) => settle(false, value),
        (reason: unknown) => settle(true, reason),
      );
    };

    /** Reads items while there is room. Returns early when an item is not there yet; it then wakes the loop. */
    const fill = () => {
      while (!exhausted && pulling === undefined && unfinished < concurrency) {
        const step = source.next();
        if (step instanceof Promise) {
          pulling = step
            .then((next) => {
              pulling = undefined;
              if (next.done) exhausted = true;
              else submit(next.value);
              wake?.();
            })
            .catch((reason: unknown) => {
              pulling = undefined;
              exhausted = true;
              failure ??= { reason };
              wake?.();
            });
        } else if (step.done) exhausted = true;
        else submit(step.value);
      }
    };

    try {
      for (;;) {
        fill();
        const slot = ready.first;
        if (slot?.settled) {
          ready.shift();
          unfinished--;
          if (!slot.failed) yield slot.value as Result;
          else if (returnExceptions) yield asError(slot.value) as Result;
          else throw slot.value;
        } else if (failure !== undefined) {
          throw failure.reason;
        } else if (exhausted && unfinished === 0) {
          return;
        } else {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
          wake = undefined;
        }
      }
    } finally {
      for (const slot of out) slot.call.cancel();
      if (!exhausted) await source.close();
    }
  }
}

/** A queue whose head is removed in constant time, whatever its length. */
class Fifo<T> {
  #items: T[] = [];
  #head = 0;

  get first(): T | undefined {
    return this.#items[this.#head];
  }

  push(item: T): void {
    this.#items.push(item);
  }

  shift(): void {
    this.#items[this.#head++] = undefined as T;
    if (this.#head > 1024 && this.#head * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
  }
}

interface OpenItems {
  next(): IteratorResult<unknown> | Promise<IteratorResult<unknown>>;
  close(): Promise<void>;
}

/** One iterator over either kind of iterable; sync ones answer without a promise. */
function openItems(items: Items<unknown>): OpenItems {
  const iterator = Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]();
  return {
    next: () => iterator.next(),
    close: async () => {
      await iterator.return?.();
    },
  };
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason), { cause: reason });
}
