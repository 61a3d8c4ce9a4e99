import { describe, expect, it } from 'vitest';
import { decodeValue } from '../../../../src/protocol/value-codec.ts';
import { DrivenRunner } from '../../../helpers/driven-runner.ts';

async function value(runner: DrivenRunner, call: number): Promise<unknown> {
  return decodeValue((await runner.next('value', call)).payload);
}

const COUNT = `
export const count = app.function(async function* (n) {
  try {
    for (let i = 1; i <= n; i++) {
      console.log("making " + i);
      yield i;
    }
    return "all " + n;
  } finally {
    console.log("finally");
  }
});`;

describe('a generator in a container', () => {
  it('starts without credit, and goes on only as far as there is some', async () => {
    await using runner = await DrivenRunner.start({ source: COUNT, serve: 'count' });
    runner.call(1, [5]);
    await runner.taken();
    expect(runner.printed.get(1)).toBeUndefined();
    runner.send({ type: 'credit', call: 1, count: 2 });
    expect([await value(runner, 1), await value(runner, 1)]).toEqual([1, 2]);
    await runner.taken();
    expect([runner.printed.get(1), runner.left]).toEqual(['making 1\nmaking 2\n', []]);
    runner.send({ type: 'credit', call: 1, count: 100 });
    expect([await value(runner, 1), await value(runner, 1), await value(runner, 1)]).toEqual([3, 4, 5]);
    expect(await runner.result(1)).toBe('all 5');
  });

  it('takes credit that came before it began', async () => {
    await using runner = await DrivenRunner.start({ source: COUNT, serve: 'count' });
    runner.call(1, [1]);
    runner.call(2, [1]);
    runner.send({ type: 'credit', call: 2, count: 9 });
    runner.send({ type: 'credit', call: 1, count: 9 });
    expect([await runner.result(1), await runner.result(2)]).toEqual(['all 1', 'all 1']);
  });

  it('runs its finally blocks when it is cancelled between two values, and answers then', async () => {
    await using runner = await DrivenRunner.start({ source: COUNT, serve: 'count' });
    runner.call(1, [1000]);
    runner.send({ type: 'credit', call: 1, count: 1 });
    await value(runner, 1);
    runner.send({ type: 'cancel', call: 1 });
    expect((await runner.failure(1)).code).toBe('CALL_CANCELLED');
    expect(runner.printed.get(1)).toBe('making 1\nfinally\n');
  });

  it('runs them also when it is cancelled while it works on a value, which is dropped', async () => {
    await using runner = await DrivenRunner.start({
      source: `
        export const slow = app.function(async function* () {
          const { signal } = currentCall();
          try {
            console.log("working");
            await new Promise((resolve) => signal.addEventListener("abort", resolve));
            yield "too late";
            console.log("never");
          } finally {
            console.log("finally");
          }
        });`,
      serve: 'slow',
    });
    runner.call(1);
    runner.send({ type: 'credit', call: 1, count: 5 });
    await runner.says(1, 'working');
    runner.send({ type: 'cancel', call: 1 });
    expect((await runner.failure(1)).code).toBe('CALL_CANCELLED');
    expect([runner.printed.get(1), runner.left]).toEqual(['working\nfinally\n', []]);
  });

  it('fails with what it throws, after the values before', async () => {
    await using runner = await DrivenRunner.start({
      source: 'export const f = app.function(function* () { yield 1; throw new RangeError("no more"); });',
      serve: 'f',
    });
    runner.call(1);
    runner.send({ type: 'credit', call: 1, count: 5 });
    expect(await value(runner, 1)).toBe(1);
    const error = await runner.failure(1);
    expect([error.name, error.message]).toEqual(['RangeError', 'no more']);
  });

  it('fails where a value cannot cross, and is ended', async () => {
    await using runner = await DrivenRunner.start({
      source: `export const f = app.function(async function* () {
        try { yield () => {}; } finally { console.log("finally"); }
      });`,
      serve: 'f',
    });
    runner.call(1);
    runner.send({ type: 'credit', call: 1, count: 5 });
    expect((await runner.failure(1)).message).toContain('the value is a function');
    expect(runner.printed.get(1)).toBe('finally\n');
  });

  it('is explained where a plain function returns one', async () => {
    await using runner = await DrivenRunner.start({
      source: `async function* numbers() { yield 1; }
        export const f = app.function(() => numbers());`,
      serve: 'f',
    });
    runner.call(1);
    const error = await runner.failure(1);
    expect([error.code, error.message]).toEqual([
      'NOT_A_GENERATOR',
      'f returned a generator, but is no generator function',
    ]);
  });
});
