import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { resultOf, runApp } from '../../helpers/run-app.ts';
import { tempFolder } from '../../unit/runtime/app/temp-app.ts';

const APP = 'test/fixtures/apps/calls.ts';

describe('dray run of an app', () => {
  it('serves a class: one instance and container for each list of constructor arguments', async () => {
    expect(await resultOf(`${APP}::classes`)).toEqual({
      answers: [
        { size: 'large', entered: 1, text: 'a' },
        { size: 'large', entered: 1, text: 'b' },
        { size: 'small', entered: 1, text: 'c' },
      ],
      containers: 2,
      words: ['one', 'two'],
    });
  });

  it('runs the exit hook of a class before it ends', async () => {
    const { stdout, exitCode } = await runApp(`${APP}::Model.predict`, ['--size', 'large', '--text', 'hi']);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('exit of large\n');
  });

  it('fails the call of a class that cannot be entered, with what its hook threw', async () => {
    const { stderr, exitCode } = await runApp(`${APP}::Broken`);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('RangeError: no such weights');
    expect(stderr).toMatch(/test\/fixtures\/apps\/calls\.ts:\d+/);
  });

  it('joins calls into a batch, and fails the one alone whose result is an error', async () => {
    expect(await resultOf(`${APP}::batches`)).toEqual([
      ['a', 4],
      ['bb', 4],
      'TypeError: bad text',
      ['ccc', 4],
    ]);
  });

  it('runs 50 calls side by side in one container, and each line carries its own call', async () => {
    const ids = (await resultOf(`${APP}::sideBySide`)) as string[];
    expect(new Set(ids).size).toBe(50);
  });

  it('streams values, and ends a stream that is left early', async () => {
    const { stdout, stderr, exitCode } = await runApp(`${APP}::streams`, [], ['--json']);
    expect([exitCode, JSON.parse(stdout).result]).toEqual([0, { early: [1, 2, 3, 4], sum: 12_502_500 }]);
    expect(stderr.match(/finally/g)).toHaveLength(2);
  });

  it('serves calls from inside containers: of itself, of classes, of streams', async () => {
    expect(await resultOf(`${APP}::nested`)).toEqual({
      read: [1, 2, 3],
      size: 'large',
      thrown: 'Broken could not be started in its container: no such weights',
      mapped: [5, 8, 13],
    });
  });

  it('ends a call by a signal, which its code sees', async () => {
    using folder = tempFolder({});
    expect(await resultOf(`${APP}::cancelling`, ['--folder', folder.path])).toBe('the user left');
    expect(readFileSync(folder.file('aborted'), 'utf8')).toBe('CALL_CANCELLED');
  });
});

describe('dray run of one function', () => {
  it('prints what a generator yields, a value on each line, and what it returned last', async () => {
    const { stdout } = await runApp(`${APP}::numbers`, ['--to', '3']);
    expect(stdout.replace('finally\n', '')).toBe('1\n2\n3\nall');
    expect((await runApp(`${APP}::Model.words`, ['--text', 'a b'])).stdout).toContain('a\nb');
  });

  it('collects them under --json', async () => {
    expect(await resultOf(`${APP}::numbers`, ['--to', '3'])).toEqual([1, 2, 3]);
  });

  it('shows the flags of constructor and method in the help of a method', async () => {
    const { stdout } = await runApp(`${APP}::Model.predict`, ['--help']);
    expect(stdout).toContain('--size=<small|large>');
    expect(stdout).toMatch(/--text=<string>\s+\(required\)/);
    expect(stdout).toContain(`$ dray run ${APP}::Model.words`);
  });
});

describe('the examples of the documentation', () => {
  it('about classes give what their comments say', async () => {
    expect(await resultOf('docs/examples/classes.ts')).toEqual({
      one: 15,
      all: [1, 2],
      words: [3, 6],
      local: 3,
    });
  });

  it('about many calls give what their comments say', async () => {
    expect(await resultOf('docs/examples/many-calls.ts')).toEqual({
      titles: ['page 1', 'page 2', 'page 3'],
      vector: 5,
      read: [1, 2, 3],
      both: ['page 4', 'page 5'],
      again: 'page 4',
      why: 'no longer needed',
      large: 36,
    });
  });
});

describe('the template stream', () => {
  it('shows the progress of its function, and leaves when it has enough', async () => {
    const { stdout, exitCode } = await runApp('templates/stream/app.ts', ['--enough', '40']);
    expect(exitCode).toBe(0);
    expect(stdout).toContain(' 10 %  26 more primes\n 20 %  20 more primes\n');
    expect(stdout).toMatch(/the last of 46 primes is 199$/);
  });

  it('streams from the command line, too', async () => {
    expect(await resultOf('templates/stream/app.ts::primes', ['--limit', '10', '--step', '5'])).toEqual([
      { done: 6, total: 10, found: [2, 3, 5] },
      { done: 10, total: 10, found: [7] },
    ]);
  });
});
