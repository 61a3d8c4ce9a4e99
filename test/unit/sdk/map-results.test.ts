import { describe, expect, it } from 'vitest';
import type { CallTarget, SubmittedCall } from '../../../src/sdk/invoker.ts';
import { type Items, type MapInvoker, type MapOptions, MapResults } from '../../../src/sdk/map-results.ts';

/** An invoker whose calls settle when a test says so. */
class HeldInvoker implements MapInvoker {
  readonly calls: {
    args: readonly unknown[];
    resolve(value: unknown): void;
    reject(error: unknown): void;
    cancelled: boolean;
  }[] = [];

  submit(_: CallTarget, args: readonly unknown[]): SubmittedCall {
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const call = { args, resolve, reject, cancelled: false };
    this.calls.push(call);
    return {
      id: `fc-${this.calls.length}`,
      result: promise,
      cancel: () => {
        call.cancelled = true;
      },
    };
  }
}

/** An invoker that answers each call with ten times its argument, or fails for a negative one. */
const times10: MapInvoker = {
  submit: (_, [n]) => ({
    id: 'fc',
    result:
      (n as number) < 0 ? Promise.reject(new Error(`negative: ${n}`)) : Promise.resolve((n as number) * 10),
    cancel() {},
  }),
};

const map = (invoker: MapInvoker, items: Items<number>, options?: MapOptions) =>
  new MapResults<number>(invoker, { app: 'a', function: 'f' }, items, (item) => [item], options);

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('map', () => {
  it('gives the results in order, as an array when awaited', async () => {
    expect(await map(times10, [1, 2, 3])).toEqual([10, 20, 30]);
  });

  it('keeps the order of the items although later ones finish first', async () => {
    const invoker = new HeldInvoker();
    const all = Array.fromAsync(map(invoker, [1, 2, 3]));
    await turn();
    for (const index of [2, 0, 1]) invoker.calls[index]?.resolve(index);
    expect(await all).toEqual([0, 1, 2]);
  });

  it('gives them as they settle when unordered', async () => {
    const invoker = new HeldInvoker();
    const results: number[] = [];
    const reading = (async () => {
      for await (const result of map(invoker, [1, 2, 3], { ordered: false })) results.push(result);
    })();
    await turn();
    for (const index of [2, 0, 1]) {
      invoker.calls[index]?.resolve(index);
      await turn();
    }
    await reading;
    expect(results).toEqual([2, 0, 1]);
  });

  it.each([true, false])(
    'reads at most `concurrency` items ahead of the consumer (ordered: %s)',
    async (ordered) => {
      let read = 0;
      function* items() {
        for (;;) yield ++read;
      }
      const iterator = map(times10, items(), { concurrency: 5, ordered })[Symbol.asyncIterator]();
      for (let n = 1; n <= 20; n++) {
        expect((await iterator.next()).done).toBe(false);
        await turn();
        expect(read).toBeLessThanOrEqual(n + 5);
      }
      await iterator.return?.();
    },
  );

  it('takes async items as they come', async () => {
    async function* items() {
      for (const n of [1, 2, 3]) {
        await turn();
        yield n;
      }
    }
    expect(await map(times10, items())).toEqual([10, 20, 30]);
  });

  it('starts nothing until somebody wants results', async () => {
    const invoker = new HeldInvoker();
    map(invoker, [1, 2]);
    await turn();
    expect(invoker.calls).toHaveLength(0);
  });

  it('of nothing is nothing', async () => {
    expect(await map(times10, [])).toEqual([]);
  });

  it('takes a hundred thousand items', async () => {
    const results = await map(times10, Array(100_000).keys());
    expect(results.length).toBe(100_000);
    expect(results.at(-1)).toBe(999_990);
  });
});

describe('failures in a map', () => {
  it('are thrown where the result would have come, after the results before it', async () => {
    const seen: number[] = [];
    const reading = (async () => {
      for await (const result of map(times10, [1, -2, 3])) seen.push(result);
    })();
    await expect(reading).rejects.toThrow('negative: -2');
    expect(seen).toEqual([10]);
  });

  it('are results under returnExceptions', async () => {
    const results: (number | Error)[] = await map(times10, [1, -2, 3], { returnExceptions: true });
    expect(results).toEqual([10, new Error('negative: -2'), 30]);
  });

  it('cancel what is still out and close the items', async () => {
    const invoker = new HeldInvoker();
    let closed = false;
    function* items() {
      try {
        for (let n = 0; ; n++) yield n;
      } finally {
        closed = true;
      }
    }
    const all = map(invoker, items(), { concurrency: 3 }).then();
    await turn();
    invoker.calls[0]?.reject(new Error('first'));
    await expect(all).rejects.toThrow('first');
    expect(invoker.calls.map((call) => call.cancelled)).toEqual([false, true, true]);
    expect(closed).toBe(true);
  });

  it('of the items themselves are thrown', async () => {
    async function* items() {
      yield 1;
      throw new Error('no more input');
    }
    await expect(map(times10, items()).then()).rejects.toThrow('no more input');
  });

  it('leaving early cancels what is still out', async () => {
    const invoker = new HeldInvoker();
    const iterator = map(invoker, [1, 2, 3])[Symbol.asyncIterator]();
    const first = iterator.next();
    await turn();
    invoker.calls[0]?.resolve(1);
    await first;
    await iterator.return?.();
    expect(invoker.calls.map((call) => call.cancelled)).toEqual([false, true, true]);
  });
});
