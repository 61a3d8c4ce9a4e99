import { describe, expect, it } from 'vitest';
import { decodeValue } from '../../../../src/protocol/value-codec.ts';
import { DrivenRunner } from '../../../helpers/driven-runner.ts';

const source = `
let made = 0;
export const Model = app.cls(class {
  instances = ++made;
  constructor(params) { this.params = params; console.log("constructed"); }
  async [enter]() { await new Promise((resolve) => setTimeout(resolve, 10)); this.entered = true; }
  predict(text) { return [this.instances, this.entered, this.params, text]; }
  async *words(text) { for (const word of text.split(" ")) yield word; }
  async [exit]() { await null; console.log("exited " + this.params.size); }
});
`;

describe('a class in a container', () => {
  it('has one instance, made from the parameters and entered before the first call', async () => {
    await using runner = await DrivenRunner.start({
      source,
      serve: 'Model',
      parameters: [{ size: 'large' }],
    });
    runner.call(1, ['a'], 'predict');
    runner.call(2, ['b'], 'predict');
    expect(await runner.result(1)).toEqual([1, true, { size: 'large' }, 'a']);
    expect(await runner.result(2)).toEqual([1, true, { size: 'large' }, 'b']);
    expect(runner.printed.get(0)).toBe('constructed\n');
  });

  it('yields values from a generator method', async () => {
    await using runner = await DrivenRunner.start({ source, serve: 'Model', parameters: [] });
    runner.call(1, ['one two'], 'words');
    runner.send({ type: 'credit', call: 1, count: 9 });
    const words = [await runner.next('value', 1), await runner.next('value', 1)];
    expect(words.map(({ payload }) => decodeValue(payload))).toEqual(['one', 'two']);
    expect(await runner.result(1)).toBeUndefined();
  });

  it('runs its exit hook at `stop`, and ends in good order', async () => {
    await using runner = await DrivenRunner.start({
      source,
      serve: 'Model',
      parameters: [{ size: 'small' }],
    });
    runner.send({ type: 'stop' });
    expect((await runner.exited).code).toBe(0);
    expect(runner.printed.get(0)).toBe('constructed\nexited small\n');
  });

  it('ends in good order although its exit hook throws, and shows what it threw', async () => {
    await using runner = await DrivenRunner.start({
      source: 'export const M = app.cls(class { m() {} [exit]() { throw new Error("stuck"); } });',
      serve: 'M',
    });
    runner.send({ type: 'stop' });
    expect((await runner.exited).code).toBe(0);
    expect(runner.printed.get(0)).toContain('The exit hook threw Error: stuck');
  });

  it.each([
    ['constructor', 'constructor() { throw new RangeError("too large"); }'],
    ['enter hook', 'async [enter]() { throw new RangeError("too large"); }'],
  ])('that fails in its %s cannot start, with that error and its lines', async (_, member) => {
    await using runner = await DrivenRunner.start({
      source: `export const M = app.cls(class {\n  m() {}\n  ${member}\n});`,
      serve: 'M',
    });
    const { error } = await runner.next('init-failed');
    const thrown = decodeValue(error) as Error;
    expect([thrown.name, thrown.message]).toEqual(['RangeError', 'too large']);
    expect(thrown.stack).toMatch(/app\.ts:5:/);
    expect((await runner.exited).code).toBe(1);
  });

  it('fails a call of a method that it does not have', async () => {
    await using runner = await DrivenRunner.start({ source, serve: 'Model', parameters: [] });
    runner.call(1, [], 'nothing');
    expect((await runner.failure(1)).message).toContain('has no method nothing');
  });

  it('tells code which method it serves', async () => {
    await using runner = await DrivenRunner.start({
      source: 'export const M = app.cls(class { m() { return currentCall().functionName; } });',
      serve: 'M',
    });
    runner.call(1, [], 'm');
    expect(await runner.result(1)).toBe('M.m');
  });
});
