import { describe, expect, it } from 'vitest';
import { PythonApp } from './python-app.ts';
import { noPython } from './python-program.ts';

type Failure = Error & { code?: string; suggestions?: string[]; details?: string };

/** The error that a call of `f` in a module ends in. */
async function failure(source: string, options = '', files: Record<string, string> = {}): Promise<Failure> {
  const declared = `export const f = app.python<() => unknown>({ file: 'model.py', function: 'f', ${options} });`;
  await using app = await PythonApp.start(declared, { 'model.py': source, ...files });
  return await app.call('f').then(
    (value) => expect.fail(`it returned ${value}`),
    (error: Failure) => error,
  );
}

async function result(source: string, options = '', files: Record<string, string> = {}): Promise<unknown> {
  const declared = `export const f = app.python<() => unknown>({ file: 'model.py', function: 'f', ${options} });`;
  await using app = await PythonApp.start(declared, { 'model.py': source, ...files });
  return await app.call('f');
}

describe.skipIf(noPython)('calls of Python functions', () => {
  it('a package that the image lacks names the line that installs it, and the import', async () => {
    const error = await failure('import helper\ndef f(): pass', '', {
      'helper.py': '\nimport sklearn_none.svm\n',
    });
    expect(error.code).toBe('FUNCTION_START_FAILED');
    expect(error.message).toMatch(/helper\.py:2 imports sklearn_none, which is neither in the image nor/);
    expect(error.suggestions?.[0]).toContain('pipInstall("sklearn-none")');
  });

  it('knows packages that are imported by another name than they are installed by', async () => {
    const error = await failure(
      'try:\n    import sklearn\nexcept ImportError as e:\n    e.name = "sklearn"; raise\ndef f(): pass',
    );
    expect(error.suggestions?.[0]).toContain('pipInstall("scikit-learn")');
  });

  it('a syntax error shows file and line', async () => {
    const error = await failure('def f():\n    return (1,\n');
    expect(error.message).toMatch(/was never closed|unexpected EOF/);
    expect(error.message).toMatch(/python-app-[^/]*\/model\.py, line [23]\)/);
  });

  it('what a module raises while it is imported is told with its traceback', async () => {
    const error = await failure('import json\njson.loads("{")\ndef f(): pass');
    expect(error.message).toContain('Expecting property name');
    expect(error.details).toMatch(/model\.py", line 2, in <module>/);
  });

  it('a traceback names the files of the author, chained exceptions included, and nothing of the runner', async () => {
    const error = await failure(
      'from helper import g\ndef f():\n    try:\n        g()\n    except KeyError as e:\n        raise ValueError("outer")',
      '',
      { 'helper.py': 'def g():\n    return {}["missing"]\n' },
    );
    expect(error.name).toBe('ValueError');
    expect(error.stack).toMatch(/^Traceback \(most recent call last\):/);
    expect(error.stack).toMatch(/python-app-[^/]*\/helper\.py", line 2, in g\n {4}return \{\}\["missing"\]/);
    expect(error.stack).toContain('During handling of the above exception');
    expect(error.stack).not.toMatch(/dray-app-|dray runner/);
  });

  it('sends packages and modules along, however they import each other', async () => {
    const value = await result(
      'from pkg.deep import name\nimport other as o\ndef f(): return [name, o.value]',
      '',
      {
        'pkg/__init__.py': '',
        'pkg/deep.py': 'from .sibling import name\n',
        'pkg/sibling.py': 'name = "deep"\n',
        'other.py': 'value = 1\n',
      },
    );
    expect(value).toEqual(['deep', 1]);
  });

  it('a module inside a package keeps its relative imports', async () => {
    const declared = `export const f = app.python<() => unknown>({ file: 'ml/model.py', function: 'f' });`;
    const files = {
      'ml/__init__.py': '',
      'ml/model.py': 'from .x import v\ndef f(): return v\n',
      'ml/x.py': 'v = 7\n',
    };
    await using app = await PythonApp.start(declared, files);
    expect(await app.call('f')).toBe(7);
  });

  it('a plain function may start an event loop of its own, with concurrency too', async () => {
    const source = 'import asyncio\nasync def g(): return 5\ndef f(): return asyncio.run(g())';
    expect(await result(source)).toBe(5);
    expect(await result(source, 'concurrent: { maxInputs: 3 },')).toBe(5);
  });

  it('runs an async function that a decorator hides', async () => {
    const source = 'async def g(): return 6\ndef f(): return g()';
    expect(await result(source)).toBe(6);
  });

  it('what child processes and threads print arrives', async () => {
    const source = `
import subprocess, threading
def f():
    subprocess.run(["echo", "from a child"])
    thread = threading.Thread(target=print, args=("from a thread",))
    thread.start(); thread.join()
`;
    const declared = `export const f = app.python<() => unknown>({ file: 'model.py', function: 'f' });`;
    await using app = await PythonApp.start(declared, { 'model.py': source });
    await app.call('f');
    await app.shows('from a child');
    await app.shows('from a thread');
  });

  it('works with multiprocessing', async () => {
    const source = `
import multiprocessing
def square(x): return x * x
def f():
    print("in the parent")
    with multiprocessing.get_context("fork").Pool(2) as pool:
        return pool.map(square, [1, 2, 3])
`;
    expect(await result(source)).toEqual([1, 4, 9]);
  });

  it('a plain function that runs over its timeout is ended with its container', async () => {
    const error = await failure(
      'import time\ndef f():\n    while True: time.sleep(0.01)',
      'timeoutMs: 300, startupTimeoutMs: 60_000,',
    );
    expect(error.code).toBe('FUNCTION_TIMEOUT');
  });

  it('a cancelled async function cleans up, and its container serves on', async () => {
    const source = `
import asyncio, os
async def f(wait):
    if not wait: return os.getpid()
    try:
        print("waiting")
        await asyncio.sleep(3600)
    finally:
        print("cleaned up", os.getpid(), "end")
`;
    const declared = `export const f = app.python<(w: boolean) => unknown>({ file: 'model.py', function: 'f' });`;
    await using app = await PythonApp.start(declared, { 'model.py': source });
    const pid = await app.call('f', false);
    const call = app.submit('f', true);
    await app.shows('waiting');
    call.cancel();
    await expect(call.result).rejects.toMatchObject({ code: 'CALL_CANCELLED' });
    await app.shows(`cleaned up ${pid} end`);
    expect(await app.call('f', false)).toBe(pid);
  });

  it('a cancelled plain function is ended with its container, and the next call has another', async () => {
    const source = `
import os, time
def f(wait):
    if not wait: return os.getpid()
    print("waiting")
    while True: time.sleep(0.01)
`;
    const declared = `export const f = app.python<(w: boolean) => unknown>({ file: 'model.py', function: 'f' });`;
    await using app = await PythonApp.start(declared, { 'model.py': source });
    const pid = await app.call('f', false);
    const call = app.submit('f', true);
    await app.shows('waiting');
    call.cancel({ terminateContainers: true });
    await expect(call.result).rejects.toMatchObject({ code: 'CALL_CANCELLED' });
    expect(await app.call('f', false)).not.toBe(pid);
  });

  it('retries a failed attempt and tells Python its number', async () => {
    const source = `
import dray
def f():
    if dray.current_call().attempt < 3: raise ValueError("again")
    return [dray.current_call().attempt, dray.is_local()]
`;
    expect(await result(source, 'retries: { maxRetries: 3, initialDelayMs: 0 },')).toEqual([3, false]);
  });

  it('sys.exit in a call ends the container, and the call with it', async () => {
    const error = await failure('import sys\ndef f(): sys.exit("no more")');
    expect(error.code).toBe('CONTAINER_LOST');
    expect(error.message).toContain('exit code 1');
    expect(error.details).toContain('no more');
  });

  it('an argument that Python has no equal of is refused with its path', async () => {
    const declared = `export const f = app.python<(x: unknown) => unknown>({ file: 'model.py', function: 'f' });`;
    await using app = await PythonApp.start(declared, { 'model.py': 'def f(x): return x' });
    expect(() => app.submit('f', { pattern: /x/ })).toThrow('args[0].pattern is a RegExp');
  });

  it('a class serves its methods, hooks of base classes run first', async () => {
    const source = `
import dray
class Base:
    @dray.enter
    def first(self): self.order = ["base"]
class Model(Base):
    @dray.enter()
    async def second(self): self.order.append("own")
    def show(self): return self.order
`;
    const declared = `export const M = app.pythonCls<{ show(): string[] }>({ file: 'model.py', class: 'Model' });`;
    await using app = await PythonApp.start(declared, { 'model.py': source });
    expect(await app.call('M.show')).toEqual(['base', 'own']);
    await expect(app.call('M.second')).rejects.toThrow();
  });

  it('a Node function calls a Python one, awaited or read as a stream', async () => {
    const declared = `
const double = app.python<(x: number) => number>({ file: 'model.py', function: 'double' });
const count = app.python<(n: number) => AsyncGenerator<number>>({ file: 'model.py', function: 'count' });
export { double, count };
export const f = app.function(async (x: number) => {
  const values = [await double.remote(x)];
  for await (const value of count.remote(3)) values.push(value);
  return values;
});`;
    const source = 'def double(x): return x * 2\ndef count(n):\n    for i in range(n): yield i\n';
    await using app = await PythonApp.start(declared, { 'model.py': source });
    expect(await app.call('f', 21)).toEqual([42, 0, 1, 2]);
  });
});

describe('Python in an app file', () => {
  it.each([
    ["file: 'none.py', function: 'f'", 'PYTHON_FILE_NOT_FOUND', 'which does not exist'],
    ["file: 'model.py', function: 'predct'", 'PYTHON_NAME_NOT_FOUND', 'model.py has no function predct'],
    [
      "file: 'model.py', function: 'Model'",
      'PYTHON_NAME_NOT_FOUND',
      'model.py has Model, which is no function',
    ],
    ["file: 'model.py', function: ''", 'INVALID_OPTION', 'must be a name'],
  ])('%s is %s', async (options, code, message) => {
    const source = 'def predict(): pass\nclass Model: pass\n';
    const starting = PythonApp.start(`export const f = app.python<() => void>({ ${options} });`, {
      'model.py': source,
    });
    await expect(starting).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
  });
});
