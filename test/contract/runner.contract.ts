/**
 * What every runner does, whatever language it runs: called with the names that its functions have in the fixture.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type OpenApp, openApp } from '../../src/runtime/app/open-app.ts';
import type { ContainerBackend } from '../../src/runtime/containers/container-backend.ts';
import { StartedRunner } from './started-runner.ts';

export interface RunnerUnderTest {
  /** The name that a function of the fixture has in this language. */
  named(name: string): string;
  /** The image of its containers, on a backend that has images. */
  readonly image?: string;
  open(): Promise<ContainerBackend>;
}

type Coded = Error & { code?: string };

const FIXTURE = new URL('../fixtures/apps/runners/app.ts', import.meta.url).pathname;

export function describeRunner(name: string, { named, image, open }: RunnerUnderTest): void {
  describe(`${name}: runner`, () => {
    let backend: ContainerBackend;
    let opened: OpenApp;
    const start = (fn: string, parameters: unknown[] = []) =>
      StartedRunner.start(backend, opened, named(fn), { parameters, ...(image !== undefined && { image }) });

    beforeAll(async () => {
      [backend, opened] = await Promise.all([open(), openApp(FIXTURE)]);
    });
    afterAll(async () => {
      opened.app[Symbol.dispose]();
      await backend.close();
    });

    it('answers calls in their order with what the function returned', async () => {
      await using runner = await start('echo');
      const values = [1, 'two', null, [3, { four: 5.5 }], new Date(6), new Map([[7, 8]]), Buffer.from('9')];
      for (const [index, value] of values.entries()) runner.call(index + 1, [value]);
      await runner.heard('succeeded', values.length);
      const answers = runner.said.filter(({ type }) => type === 'succeeded');
      expect(answers.map(({ value }) => value)).toEqual(values);
      expect(answers.map(({ call }) => call)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    });

    it('has the variables of secrets when it imports the module', async () => {
      await using runner = await StartedRunner.start(backend, opened, named('imported'), {
        env: { SOME_SECRET: 'known' },
        ...(image !== undefined && { image }),
      });
      runner.call(1, []);
      expect((await runner.heard('succeeded', 1)).value).toBe('known');
    });

    it('takes and returns values larger than a pipe holds', async () => {
      await using runner = await start('echo');
      const large = Buffer.alloc(3_000_000, 'x');
      runner.call(1, [large]);
      runner.call(2, [{ text: 'y'.repeat(1_000_000) }]);
      expect((await runner.heard('succeeded', 1)).value).toEqual(large);
      expect((await runner.heard('succeeded', 2)).value).toEqual({ text: 'y'.repeat(1_000_000) });
    });

    it('sends what a call prints with its number, before its answer', async () => {
      await using runner = await start('prints');
      runner.call(1, ['a']);
      runner.call(2, ['b']);
      await runner.heard('succeeded', 2);
      expect(runner.printedText(1, 'stdout')).toBe('out a\nno end of line');
      expect(runner.printedText(1, 'stderr')).toBe('err a\n');
      expect(runner.printedText(2, 'stdout')).toBe('out b\nno end of line');
    });

    it('answers with what the function threw: name, message, properties, cause and stack', async () => {
      await using runner = await start('fails');
      runner.call(1, ['a']);
      runner.call(2, ['b']);
      const { value } = await runner.heard('failed', 1);
      const error = value as Error & { detail: unknown };
      expect({ ...error, name: error.name, message: error.message }).toEqual({
        name: 'RangeError',
        message: 'bad a',
        detail: { a: [1] },
      });
      expect((error.cause as Error).message).toBe('root');
      expect(error.stack).toContain('fixtures/apps/runners/');
      await runner.heard('failed', 2);
    });

    it('fails a call whose result cannot cross, with the path to what cannot', async () => {
      await using runner = await start('unsendable');
      runner.call(1, []);
      const { value } = await runner.heard('failed', 1);
      expect((value as Coded).code).toBe('VALUE_NOT_CLONEABLE');
      expect((value as Error).message).toContain('the result.list[1]');
    });

    it('makes values of a generator as far as its reader gives credit', async () => {
      await using runner = await start('count');
      runner.call(1, [4]);
      runner.send({ type: 'credit', call: 1, count: 2 });
      // Answered after both values, and with no third on its way.
      await runner.shows('made 1');
      runner.send({ type: 'ping', nonce: 5 });
      await runner.heard('pong', 5);
      expect(runner.printedText()).toBe('made 0\nmade 1\n');
      runner.send({ type: 'credit', call: 1, count: 10 });
      await runner.heard('succeeded', 1);
      expect(runner.said.flatMap(({ type, value }) => (type === 'value' ? [value] : []))).toEqual([
        0, 1, 2, 3,
      ]);
      expect(runner.printedText(1)).toContain('closed');
    });

    it.each(['count', 'countAsync'])('runs the finally blocks of a cancelled generator: %s', async (fn) => {
      await using runner = await start(fn);
      runner.call(1, [1000]);
      runner.send({ type: 'credit', call: 1, count: 1 });
      await runner.heard('value', 1);
      runner.send({ type: 'cancel', call: 1 });
      const { value } = await runner.heard('failed', 1);
      expect((value as Coded).code).toBe('CALL_CANCELLED');
      expect(runner.printedText()).toContain('closed');
    });

    it('ends an async function that is cancelled, and serves the next', async () => {
      await using runner = await start('hangs');
      runner.call(1, []);
      runner.call(2, []);
      await runner.shows('hanging');
      runner.send({ type: 'cancel', call: 1 });
      await runner.heard('failed', 1);
      runner.send({ type: 'cancel', call: 2 });
      await runner.heard('failed', 2);
    });

    it('answers a call that is cancelled before it started', async () => {
      await using runner = await start('hangs');
      runner.call(1, []);
      runner.call(2, []);
      await runner.shows('hanging');
      runner.send({ type: 'cancel', call: 2 });
      expect(((await runner.heard('failed', 2)).value as Coded).code).toBe('CALL_CANCELLED');
      expect(runner.printedText(2)).toBe('');
    });

    it('runs as many calls at a time as allowed, each with its own output and context', async () => {
      await using runner = await start('meets');
      runner.call(1, ['a']);
      runner.call(2, ['b']);
      expect((await runner.heard('succeeded', 1)).value).toBe('fc-1');
      expect((await runner.heard('succeeded', 2)).value).toBe('fc-2');
      expect([runner.printedText(1), runner.printedText(2)]).toEqual(['met a\n', 'met b\n']);
    });

    it('runs a batch as one call and answers each on its own', async () => {
      await using runner = await start('doubles');
      runner.batch([[1], [-2], [3]]);
      expect((await runner.heard('succeeded', 1)).value).toBe(2);
      expect(((await runner.heard('failed', 2)).value as Error).message).toBe('negative -2');
      expect((await runner.heard('succeeded', 3)).value).toBe(6);
    });

    it('fails a batch that returns another number of results', async () => {
      await using runner = await start('miscounts');
      runner.batch([[1], [2]]);
      for (const call of [1, 2]) {
        expect(((await runner.heard('failed', call)).value as Coded).code).toBe('BATCH_RESULT_MISMATCH');
      }
    });

    it('makes one instance of a class, enters it, and exits it when told to stop', async () => {
      await using runner = await start('counter', ['big']);
      runner.call(1, ['x'], 'show');
      runner.call(2, ['y'], 'show');
      expect((await runner.heard('succeeded', 1)).value).toBe('big true x 1');
      expect((await runner.heard('succeeded', 2)).value).toBe('big true y 2');
      runner.call(3, [2], 'letters');
      runner.send({ type: 'credit', call: 3, count: 9 });
      await runner.heard('succeeded', 3);
      expect(runner.said.flatMap(({ type, value }) => (type === 'value' ? [value] : []))).toEqual(['a', 'b']);
      runner.send({ type: 'stop' });
      expect((await runner.heard('exit')).code).toBe(0);
      expect(runner.printedText()).toContain('exit after 2');
    });

    it('delivers what was printed before the function ended the process', async () => {
      await using runner = await start('exits');
      runner.call(1, []);
      expect((await runner.heard('exit')).code).toBe(3);
      expect(runner.printedText()).toContain('last words');
    });
  });
}
