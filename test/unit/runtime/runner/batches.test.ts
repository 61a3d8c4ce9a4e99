import { describe, expect, it } from 'vitest';
import { DrivenRunner } from '../../../helpers/driven-runner.ts';

const options = 'batched: { maxBatchSize: 10, waitMs: 0 }';

describe('a batch in a container', () => {
  it('gives the function a list for each parameter, and each call its own result', async () => {
    await using runner = await DrivenRunner.start({
      source: `export const join = app.function({ ${options} }, async (texts, counts) => {
        console.log(JSON.stringify([texts, counts]));
        return texts.map((text, index) => text.repeat(counts[index]));
      });`,
      serve: 'join',
    });
    runner.batch({ 4: ['a', 1], 5: ['b', 2], 6: ['c', 3] });
    expect([await runner.result(5), await runner.result(4), await runner.result(6)]).toEqual([
      'bb',
      'a',
      'ccc',
    ]);
    expect(runner.printed).toEqual(new Map([[4, '[["a","b","c"],[1,2,3]]\n']]));
  });

  it('makes what a call leaves out undefined in its list', async () => {
    await using runner = await DrivenRunner.start({
      source: `export const f = app.function({ ${options} }, (as, bs) => as.map((a, i) => [a, bs[i]]));`,
      serve: 'f',
    });
    runner.batch({ 1: ['a'], 2: ['b'] });
    expect([await runner.result(1), await runner.result(2)]).toEqual([
      ['a', undefined],
      ['b', undefined],
    ]);
  });

  it.each([
    ['a list of 1', '[1]'],
    ['a list of 3', '[1, 2, 3]'],
    ['no list but number', '7'],
    ['no list but undefined', 'undefined'],
  ])(
    'fails every call with BATCH_RESULT_MISMATCH where the function returns %s for two',
    async (what, returned) => {
      await using runner = await DrivenRunner.start({
        source: `export const f = app.function({ ${options} }, async (items) => (${returned}));`,
        serve: 'f',
      });
      runner.batch({ 1: ['a'], 2: ['b'] });
      for (const call of [1, 2]) {
        const error = await runner.failure(call);
        expect([error.code, error.message]).toEqual([
          'BATCH_RESULT_MISMATCH',
          `f returned ${what} for a batch of 2`,
        ]);
      }
    },
  );

  it('fails that call alone whose result is an error, or cannot cross', async () => {
    await using runner = await DrivenRunner.start({
      source: `export const f = app.function({ ${options} }, (items) => [1, new TypeError("bad item"), () => {}]);`,
      serve: 'f',
    });
    runner.batch({ 1: ['a'], 2: ['b'], 3: ['c'] });
    expect(await runner.result(1)).toBe(1);
    const error = await runner.failure(2);
    expect([error.name, error.message]).toEqual(['TypeError', 'bad item']);
    expect((await runner.failure(3)).code).toBe('VALUE_NOT_CLONEABLE');
  });

  it('fails every call where the function throws', async () => {
    await using runner = await DrivenRunner.start({
      source: `export const f = app.function({ ${options} }, () => { throw new Error("all of it"); });`,
      serve: 'f',
    });
    runner.batch({ 1: ['a'], 2: ['b'] });
    expect([(await runner.failure(1)).message, (await runner.failure(2)).message]).toEqual([
      'all of it',
      'all of it',
    ]);
  });

  it('leaves a call out that was cancelled before it began, and answers it once', async () => {
    await using runner = await DrivenRunner.start({
      source: `export const f = app.function({ ${options} }, async (items) => {
        if (items[0] === "hold") await new Promise((resolve) => currentCall().signal.addEventListener("abort", resolve));
        return items.map(() => items);
      });`,
      serve: 'f',
    });
    runner.batch({ 1: ['hold'] });
    runner.batch({ 2: ['b'], 3: ['c'] });
    runner.send({ type: 'cancel', call: 2 });
    expect((await runner.failure(2)).code).toBe('CALL_CANCELLED');
    runner.send({ type: 'cancel', call: 1 });
    expect((await runner.failure(1)).code).toBe('CALL_CANCELLED');
    expect(await runner.result(3)).toEqual(['c']);
    expect(runner.left).toEqual([]);
  });
});
