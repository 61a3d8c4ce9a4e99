import { describe, expect, it } from 'vitest';
import { DrivenRunner, runnerCode } from '../../../helpers/driven-runner.ts';

/** Calls that print, wait for a line on a shared list, and print again, with what a test needs to steer them. */
const GATES = `
const gates = new Map();
const gate = (name) => {
  if (!gates.has(name)) gates.set(name, Promise.withResolvers());
  return gates.get(name);
};
export const wait = app.function(async (name) => {
  console.log("begun");
  await gate(name).promise;
  console.log("woken");
  return currentCall()?.id;
});
`;

describe('a runner that serves several calls at a time', () => {
  it('starts them in the order sent, up to its concurrency', async () => {
    await using runner = await DrivenRunner.start({
      source: `
        const order = [];
        const open = [];
        export const f = app.function((n) => {
          order.push(n);
          if (n === 9) { for (const resolve of open.splice(0)) resolve(); return order; }
          console.log("in " + n);
          return new Promise((resolve) => open.push(() => resolve([...order])));
        });`,
      serve: 'f',
      concurrency: 3,
    });
    for (const n of [1, 2]) runner.call(n, [n]);
    await runner.says(2, 'in 2');
    runner.call(9, [9]);
    expect(await runner.result(9)).toEqual([1, 2, 9]);
    expect(await runner.result(1)).toEqual([1, 2, 9]);
  });

  it('keeps the others waiting until one has ended', async () => {
    await using runner = await DrivenRunner.start({
      source: `
        let running = 0, most = 0;
        export const f = app.function(async () => {
          most = Math.max(most, ++running);
          for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
          running--;
          return most;
        });`,
      serve: 'f',
      concurrency: 4,
    });
    for (let n = 1; n <= 20; n++) runner.call(n);
    for (let n = 1; n < 20; n++) await runner.next('succeeded', n);
    expect(await runner.result(20)).toBe(4);
  });

  it('gives each its own context, through timers, promises and streams, and after its end', async () => {
    await using runner = await DrivenRunner.start({
      source: `
        import { Readable } from "node:stream";
        export const f = app.function(async (n) => {
          console.log("start " + n);
          setTimeout(() => console.log("left behind " + n), 20);
          await new Promise((resolve) => setTimeout(resolve, 5));
          console.log("timer " + n);
          await Readable.from(["a"]).map(async (x) => x).forEach(() => console.log("stream " + n));
          await Promise.all([1].map(async () => { await null; console.log("promise " + n); }));
          return currentCall().id;
        });`,
      serve: 'f',
      concurrency: 50,
    });
    const numbers = Array.from({ length: 50 }, (_, index) => index + 1);
    for (const n of numbers) runner.call(n, [n]);
    for (const n of numbers) expect(await runner.result(n)).toBe(`fc-${n}`);
    for (const n of numbers) await runner.says(n, `left behind ${n}\n`);
    for (const n of numbers) {
      const lines = ['start', 'timer', 'stream', 'promise', 'left behind'].map((word) => `${word} ${n}\n`);
      expect(runner.printed.get(n)).toBe(lines.join(''));
    }
  });

  it('answers a call that has not begun at once when it is cancelled, and never runs it', async () => {
    await using runner = await DrivenRunner.start({ source: GATES, serve: 'wait' });
    runner.call(1, ['never']);
    runner.call(2, ['never']);
    await runner.says(1, 'begun');
    runner.send({ type: 'cancel', call: 2 });
    expect((await runner.failure(2)).code).toBe('CALL_CANCELLED');
    expect(runner.printed.has(2)).toBe(false);
    expect(runner.left).toEqual([]);
  });

  it('aborts the signal of a running call when it is cancelled, and no other', async () => {
    await using runner = await DrivenRunner.start({
      source: `
        export const f = app.function((other) => new Promise((resolve, reject) => {
          const { signal } = currentCall();
          console.log("listening");
          signal.addEventListener("abort", () => console.log("aborted"));
          signal.addEventListener("abort", () => other ? resolve("aborted too") : reject(signal.reason));
        }));`,
      serve: 'f',
      concurrency: 2,
    });
    runner.call(1, [true]);
    runner.call(2, [false]);
    await runner.says(2, 'listening');
    runner.send({ type: 'cancel', call: 2 });
    const error = await runner.failure(2);
    expect([error.code, error.message]).toEqual(['CALL_CANCELLED', 'the call fc-2 was cancelled']);
    expect(runner.printed.get(2)).toBe('listening\naborted\n');
    expect(runner.left).toEqual([]);
  });

  it('fails only the call in which nobody caught an error, and ends', async () => {
    await using runner = await DrivenRunner.start({
      source: `
        export const f = app.function((bad) => {
          console.log("in");
          if (bad) setTimeout(() => { throw new TypeError("nobody caught me"); });
          return new Promise(() => {});
        });`,
      serve: 'f',
      concurrency: 3,
    });
    runner.call(1, [false]);
    await runner.says(1, 'in');
    runner.call(2, [true]);
    expect((await runner.failure(2)).message).toBe('nobody caught me');
    expect((await runner.exited).code).toBe(1);
    expect(runner.left).toEqual([]);
  });

  it('answers a ping while calls wait for something', async () => {
    await using runner = await DrivenRunner.start({ source: GATES, serve: 'wait' });
    runner.call(1, ['never']);
    runner.send({ type: 'ping', nonce: 77 });
    expect(await runner.next('pong')).toEqual({ type: 'pong', nonce: 77 });
  });

  it('ends at `stop` when what runs has answered, and begins nothing that waits', async () => {
    await using runner = await DrivenRunner.start({
      source: `
        export const f = app.function((n) => new Promise((_, reject) => {
          console.log("in " + n);
          const { signal } = currentCall();
          signal.addEventListener("abort", () => reject(signal.reason));
        }));`,
      serve: 'f',
      concurrency: 2,
    });
    runner.call(1, [1]);
    await runner.says(1, 'in 1');
    runner.send({ type: 'stop' });
    await runner.taken();
    runner.call(3, [3]);
    await runner.taken();
    expect(runner.left).toEqual([]);
    runner.send({ type: 'cancel', call: 1 });
    await runner.failure(1);
    expect((await runner.exited).code).toBe(0);
    expect(runner.printed.has(3)).toBe(false);
    expect(runner.left).toEqual([]);
  });
});

describe('the runner as it is sent to containers', () => {
  it('stays below 80 kB, so that sending it costs nothing', async () => {
    expect((await runnerCode()).length).toBeLessThan(80_000);
  });
});
