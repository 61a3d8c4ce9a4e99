/**
 * What every invoker does, whether it calls in this process, from inside a container or over HTTP: one suite for all.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { attemptsOf } from '../../src/sdk/attempts.ts';
import type { CallTarget, Invoker } from '../../src/sdk/invoker.ts';
import { newId } from '../../src/shared/ids.ts';

export interface OpenInvoker extends AsyncDisposable {
  readonly invoker: Invoker;
}

const of = (name: string, more: Partial<CallTarget> = {}): CallTarget => ({
  app: 'invoked',
  function: name,
  ...more,
});

/** @param open serves test/fixtures/apps/invoked.ts, and gives an invoker of it */
export function describeInvoker(name: string, open: () => Promise<OpenInvoker>): void {
  describe(`${name}: invoker`, () => {
    let opened: OpenInvoker;
    let invoker: Invoker;
    beforeAll(async () => {
      opened = await open();
      invoker = opened.invoker;
    });
    afterAll(() => opened[Symbol.asyncDispose]());

    it('gives what the function returns, whatever structured clone keeps', async () => {
      const value = {
        at: new Date(5),
        big: 2n ** 70n,
        map: new Map([[1, new Set(['a'])]]),
        bytes: Buffer.from('x'),
      };
      expect(await invoker.submit(of('add'), [1, 2]).result).toBe(3);
      expect(await invoker.submit(of('echo'), [value]).result).toEqual(value);
      expect(await invoker.submit(of('echo'), [undefined]).result).toBe(undefined);
    });

    it('throws what the function threw, with its attempts', async () => {
      const error = await invoker.submit(of('fail'), ['too far']).result.catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(RangeError);
      expect(error).toMatchObject({ message: 'too far', detail: [1, 2] });
      expect((error as Error).stack).toContain('invoked.ts');
      expect(attemptsOf(error).map(({ reason }) => reason)).toEqual(Array(2).fill('RangeError: too far'));
    });

    it('refuses what cannot cross, before anything is sent', () => {
      expect(() => invoker.submit(of('echo'), [() => {}])).toThrow('args[0] is a function');
      expect(() => invoker.stream(of('count'), [Symbol('s')])).toThrow('args[0] is a symbol');
    });

    it('carries megabytes', async () => {
      const bytes = Buffer.alloc(5_000_000, 7);
      expect(Buffer.compare((await invoker.submit(of('echo'), [bytes]).result) as Buffer, bytes)).toBe(0);
    });

    it('reads what a generator yields, and what it returns', async () => {
      const { values } = invoker.stream(of('count'), [600]);
      const seen: unknown[] = [];
      for (;;) {
        const { done, value } = await values.next();
        if (done) {
          expect(value).toBe('counted');
          break;
        }
        seen.push(value);
      }
      expect(seen).toEqual(Array.from({ length: 600 }, (_, index) => index + 1));
    });

    it('ends a generator whose reader leaves', async () => {
      const { values } = invoker.stream(of('count'), [1e9]);
      for await (const value of values) if (value === 300) break;
      expect(await values.next()).toEqual({ done: true, value: undefined });
    });

    it('cancels', async () => {
      const call = invoker.submit(of('hang'), []);
      call.cancel();
      await expect(call.result).rejects.toMatchObject({ code: 'CALL_CANCELLED' });
    });

    it('spawns calls that are found by their id, running and over', async () => {
      const call = invoker.submit(of('add'), [2, 3], { durable: true });
      await call.accepted;
      expect(call.id).toMatch(/^fc-\w{22}$/);
      expect(await call.result).toBe(5);
      expect(await invoker.find(call.id).result).toBe(5);
      await expect(invoker.find(newId('fc')).result).rejects.toMatchObject({ code: 'CALL_NOT_FOUND' });
    });

    it('cancels a spawned call by its id', async () => {
      const call = invoker.submit(of('hang'), [], { durable: true });
      await call.accepted;
      invoker.find(call.id).cancel({ terminateContainers: true });
      await expect(call.result).rejects.toMatchObject({ code: 'CALL_CANCELLED' });
    });

    it('calls methods, of one instance for each list of parameters', async () => {
      const greet = of('Greeting', { method: 'greet', parameters: ['Ada'] });
      expect(await invoker.submit(greet, ['!']).result).toBe('hello Ada!');
      const letters = invoker.stream(of('Greeting', { method: 'letters', parameters: [] }), []);
      expect((await Array.fromAsync(letters.values)).join('')).toBe('hello nobody');
    });

    it('joins the calls of a batched function', async () => {
      const calls = [1, 2, 3].map((n) => invoker.submit(of('double'), [n]).result);
      expect(await Promise.all(calls)).toEqual([2, 4, 6]);
    });

    it('tells how a function stands, and changes how many containers it has', async () => {
      await invoker.submit(of('add'), [1, 1]).result;
      await invoker.updateAutoscaler(of('add'), { maxContainers: 3 });
      expect(await invoker.stats(of('add'))).toMatchObject({ backlog: 0, running: 0 });
      await expect(invoker.updateAutoscaler(of('add'), { maxContainers: -1 })).rejects.toMatchObject({
        code: 'INVALID_OPTION',
      });
    });

    it('says what a function is', async () => {
      const plain = { kind: 'function', generator: false, batched: false, methods: [] };
      expect(await invoker.describe(of('add'))).toEqual(plain);
      expect(await invoker.describe(of('count'))).toEqual({ ...plain, generator: true });
      expect(await invoker.describe(of('double'))).toEqual({ ...plain, batched: true });
      expect(await invoker.describe(of('Greeting'))).toMatchObject({
        kind: 'class',
        methods: [
          { name: 'greet', generator: false },
          { name: 'letters', generator: true },
        ],
      });
      await expect(invoker.describe(of('none'))).rejects.toMatchObject({ code: 'FUNCTION_NOT_FOUND' });
    });
  });
}
