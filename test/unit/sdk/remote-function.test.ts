import { describe, expect, it } from 'vitest';
import { App } from '../../../src/sdk/app.ts';
import { attemptsOf } from '../../../src/sdk/attempts.ts';
import { FunctionCall } from '../../../src/sdk/function-call.ts';
import { HeldInvoker } from '../../helpers/held-invoker.ts';

const app = new App('sdk');
const double = app.function({ name: 'double' }, async (n: number) => n * 2);
const numbers = app.function({ name: 'numbers' }, async function* (...given: (number | string)[]) {
  yield* given;
});
const embed = app.function(
  { name: 'embed', batched: { maxBatchSize: 4, waitMs: 1 } },
  async (texts: string[]) => texts.map((text) => (text === '' ? new RangeError('empty') : text.length)),
);

describe('a handle', () => {
  it('sends its calls to one target', async () => {
    using invoker = new HeldInvoker(([n]) => (n as number) * 2);
    expect([await double.remote(2), await double.map([3, 4])]).toEqual([4, [6, 8]]);
    const [first, second] = invoker.calls;
    expect(first?.target).toEqual({ app: 'sdk', function: 'double' });
    expect(second?.args).toEqual([3]);
  });

  it('with other options is another handle, and keeps what was changed before', async () => {
    using invoker = new HeldInvoker(() => 0);
    const changed = double.withOptions({ cpu: 2 }).withConcurrency({ maxInputs: 5 });
    await changed.remote(1);
    await double.remote(1);
    expect(invoker.calls.map(({ target }) => target.overrides)).toEqual([
      { cpu: 2, concurrent: { maxInputs: 5 } },
      undefined,
    ]);
  });

  it('gives its figures and changes its scaling', async () => {
    using invoker = new HeldInvoker();
    expect(await double.stats()).toEqual({ backlog: 1, containers: 2, running: 3 });
    await double.updateAutoscaler({ minContainers: 1 });
    expect(invoker.settings).toEqual([[{ app: 'sdk', function: 'double' }, { minContainers: 1 }]]);
  });

  it('says that somebody waits for a call, but not for one that was only spawned', async () => {
    using invoker = new HeldInvoker();
    const calls = [double.remote(1), double.spawn(2), double.map([3]).then(), double.spawn(4)];
    const [, , , spawned] = calls as [unknown, unknown, unknown, Promise<FunctionCall<number>>];
    void (await spawned).get();
    expect(invoker.calls.map(({ awaited }) => awaited)).toEqual([true, false, true, true]);
    for (const call of invoker.calls) call.resolve(0);
    await Promise.all(calls);
  });
});

describe('the signal of a handle', () => {
  it('cancels its calls, which reject with its reason, and lets the calls of others be', async () => {
    using invoker = new HeldInvoker();
    const controller = new AbortController();
    const results = [double.withOptions({ signal: controller.signal }).remote(1), double.remote(2)];
    const reason = new Error('the user left');
    controller.abort(reason);
    await expect(results[0]).rejects.toBe(reason);
    expect(invoker.calls.map(({ cancelled }) => cancelled)).toEqual([true, false]);
    invoker.calls[1]?.resolve(4);
    expect(await results[1]).toBe(4);
  });

  it('that is aborted already submits nothing', async () => {
    using invoker = new HeldInvoker();
    const reason = new Error('too late');
    const late = double.withOptions({ signal: AbortSignal.abort(reason) });
    await expect(late.remote(1)).rejects.toBe(reason);
    await expect(late.map([1, 2]).then()).rejects.toBe(reason);
    await expect(late.spawn(1)).rejects.toBe(reason);
    expect(invoker.calls).toEqual([]);
  });

  it('changes no containers, and leaves a result as it is', async () => {
    using invoker = new HeldInvoker(() => 4);
    const controller = new AbortController();
    const result = double.withOptions({ signal: controller.signal }).remote(2);
    expect(await result).toBe(4);
    controller.abort();
    expect(invoker.calls[0]?.target).toEqual({ app: 'sdk', function: 'double' });
    expect(invoker.calls[0]?.cancelled).toBe(false);
  });

  it('ends a stream that is read', async () => {
    using _ = new HeldInvoker();
    const controller = new AbortController();
    const stream = numbers.withOptions({ signal: controller.signal }).remote(1, 'hold');
    expect(await stream.next()).toEqual({ done: false, value: 1 });
    expect(await stream.next()).toEqual({ done: false, value: 'hold' });
    const next = stream.next();
    const reason = new Error('enough');
    controller.abort(reason);
    await expect(next).rejects.toBe(reason);
  });
});

describe('spawned calls', () => {
  it('of a map are there when all are submitted', async () => {
    using invoker = new HeldInvoker(([n]) => (n as number) * 2);
    const calls = await double.spawnMap([1, 2, 3]);
    expect(calls.map(({ id }) => id)).toEqual(['fc-1', 'fc-2', 'fc-3']);
    expect(await FunctionCall.gather(...calls)).toEqual([2, 4, 6]);
    expect(invoker.calls).toHaveLength(3);
  });

  it('are gathered in their order, and the first failure is thrown', async () => {
    using invoker = new HeldInvoker();
    const [a, b] = await double.spawnMap([1, 2]);
    const gathered = FunctionCall.gather(a as FunctionCall<number>, b as FunctionCall<number>);
    invoker.calls[1]?.reject(new Error('second'));
    await expect(gathered).rejects.toThrow('second');
    expect(invoker.calls[0]?.cancelled).toBe(false);
  });

  it('are iterated as they come', async () => {
    using invoker = new HeldInvoker();
    const calls = await double.spawnMap([1, 2, 3]);
    const iterator = FunctionCall.iter(calls);
    const got: number[] = [];
    for (const index of [2, 0, 1]) {
      const next = iterator.next();
      invoker.calls[index]?.resolve(index);
      got.push((await next).value as number);
    }
    expect([got, (await iterator.next()).done]).toEqual([[2, 0, 1], true]);
  });

  it('are found again by their id', async () => {
    using invoker = new HeldInvoker();
    expect(await FunctionCall.fromId<string>('fc-known').get()).toBe('result of fc-known');
    expect(invoker.found).toEqual(['fc-known']);
  });
});

describe('a generator function', () => {
  it('gives what it yields, starting with the first read', async () => {
    using invoker = new HeldInvoker();
    const stream = numbers.remote(1, 2);
    expect(invoker.streams).toEqual([]);
    expect(await Array.fromAsync(stream)).toEqual([1, 2]);
    expect(invoker.streams).toEqual([
      { target: { app: 'sdk', function: 'numbers' }, args: [1, 2], returned: true },
    ]);
  });

  it('gives the returned value last, and is finished then', async () => {
    using _ = new HeldInvoker();
    const stream = numbers.remote();
    expect(await stream.next()).toEqual({ done: true, value: 'returned' });
    expect(await stream.next()).toEqual({ done: true, value: undefined });
  });

  it('is ended by leaving early; one that nobody read starts nothing', async () => {
    using invoker = new HeldInvoker();
    for await (const value of numbers.remote(1, 2)) if (value === 1) break;
    expect(invoker.streams.map(({ returned }) => returned)).toEqual([true]);
    const unread = numbers.remote(3);
    await unread.return(undefined as never);
    expect(await unread.next()).toEqual({ done: true, value: undefined });
    expect(invoker.streams).toHaveLength(1);
  });

  it.each(['map', 'starmap', 'forEach', 'spawn', 'spawnMap'])('explains itself to .%s', (way) => {
    const loose = numbers as unknown as Record<string, (items: unknown) => unknown>;
    expect(() => loose[way]?.([])).toThrow(`numbers yields values, so it cannot be called with .${way}`);
  });

  it('runs here by .local', async () => {
    expect(await Array.fromAsync(numbers.local(1, 2))).toEqual([1, 2]);
  });

  it('is told from a function that returns one value, which explains itself when it is iterated', async () => {
    using _ = new HeldInvoker(() => 4);
    const result = double.remote(2) as unknown as AsyncIterable<number>;
    await expect(Array.fromAsync(result)).rejects.toMatchObject({ code: 'NOT_A_GENERATOR' });
    expect(await result).toBe(4);
  });
});

describe('a batched function', () => {
  it('takes and returns single values', async () => {
    using invoker = new HeldInvoker(([text]) => (text as string).length);
    expect(await embed.map(['a', 'bb'])).toEqual([1, 2]);
    expect(invoker.calls.map(({ args }) => args)).toEqual([['a'], ['bb']]);
  });

  it('runs here as a batch of one, and throws a result that is an error', async () => {
    expect(await embed.local('abc')).toBe(3);
    await expect(embed.local('')).rejects.toThrow(new RangeError('empty'));
  });

  it('can be joined otherwise; a function of single values cannot be joined at all', async () => {
    using invoker = new HeldInvoker(() => 0);
    await embed.withBatching({ maxBatchSize: 9, waitMs: 2 }).remote('a');
    expect(invoker.calls[0]?.target.overrides).toEqual({ batched: { maxBatchSize: 9, waitMs: 2 } });
    expect(() => double.withBatching({ maxBatchSize: 9, waitMs: 2 })).toThrow(
      'double takes single values, so its calls cannot be joined',
    );
  });
});

describe('attemptsOf', () => {
  it('gives what the error carries, and nothing for any other', () => {
    const error = Object.defineProperty(new Error('e'), Symbol.for('dray.attempts'), {
      value: [{ attempt: 1, reason: 'it threw Error: e' }],
    });
    expect(attemptsOf(error)).toEqual([{ attempt: 1, reason: 'it threw Error: e' }]);
    expect([attemptsOf(new Error('other')), attemptsOf(undefined), attemptsOf('text')]).toEqual([[], [], []]);
  });
});
