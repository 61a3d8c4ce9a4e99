import { describe, expect, it } from 'vitest';
import { WINDOW } from '../../../../src/runtime/engine/stream-values.ts';
import { encoded, localApp } from '../../../helpers/local-app.ts';

const target = { app: 'test', function: 'f' };

describe('pools of targets', () => {
  it('are one for equal content, whatever object it came in', () => {
    const { pools } = localApp({ class: { methods: [], hasExit: false } });
    const of = (parameters: unknown[], method: string) => pools.of({ ...target, parameters, method });
    expect(of([{ a: 1, b: [2] }], 'x')).toBe(of([{ b: [2], a: 1 }], 'y'));
    expect(of([{ a: 1, b: [2] }], 'x')).not.toBe(of([{ a: 1, b: [3] }], 'x'));
    expect(of([], 'x')).not.toBe(of([undefined, 1], 'x'));
  });

  it('are the same for a container that asks', () => {
    const { pools } = localApp({ name: 'f' });
    const overrides = { cpu: 2 };
    const own = pools.of({ ...target, parameters: [1], overrides });
    const theirs = pools.ofEncoded({ ...target, parameters: encoded([1]), overrides: encoded(overrides) });
    expect(theirs).toBe(own);
    expect(own.fn.cpu).toBe(2);
  });

  it('are apart for changed options, which leave the declared ones as they are', () => {
    const { pools } = localApp({});
    const changed = pools.of({ ...target, overrides: { maxContainers: 3, env: { A: '1' } } });
    expect([changed.fn.maxContainers, pools.of(target).fn.maxContainers]).toEqual([3, undefined]);
    expect(changed.fn.env).toEqual({ A: '1' });
  });

  it('give their containers the encoded parameters and the method of each call', () => {
    const { invoker, launcher } = localApp({ class: { methods: [], hasExit: false } });
    invoker.submit({ ...target, parameters: ['large'], method: 'predict' }, [1]);
    launcher.at(0).ready();
    expect(launcher.at(0).spec.parameters).toEqual(encoded(['large']));
    expect(launcher.at(0).calls[0]?.method).toBe('predict');
  });

  it('refuse a function that is not there, and options that are none', () => {
    const { invoker } = localApp({});
    expect(() => invoker.submit({ ...target, function: 'g' }, [])).toThrow(/no function g/);
    expect(() => invoker.submit({ ...target, overrides: { cpu: -1 } }, [])).toThrow(/cpu/);
  });
});

describe('calls', () => {
  it('are found by id while they run and when they are over', async () => {
    const { invoker, launcher } = localApp({});
    const call = invoker.submit(target, ['x']);
    const found = invoker.find(call.id);
    launcher.at(0).ready();
    launcher.at(0).answer();
    expect(await found.result).toEqual(['x']);
    expect(await invoker.find(call.id).result).toEqual(['x']);
  });

  it('are not found where there is none of that id', async () => {
    const { invoker } = localApp({});
    await expect(invoker.find('fc-0000000000000000000000').result).rejects.toMatchObject({
      code: 'CALL_NOT_FOUND',
    });
  });

  it('are cancelled by whoever found them', async () => {
    const { invoker, launcher } = localApp({});
    const call = invoker.submit(target, []);
    launcher.at(0).ready();
    invoker.find(call.id).cancel({ terminateContainers: true });
    expect(launcher.at(0).killed).toBe(true);
    await expect(call.result).rejects.toMatchObject({ code: 'CALL_CANCELLED' });
  });

  it('keep nothing of those whose id nobody asked for', async () => {
    const { invoker, desk, launcher } = localApp({});
    const call = invoker.submit(target, []);
    launcher.at(0).ready();
    const [sent] = launcher.at(0).calls;
    launcher.at(0).answer();
    await call.result;
    expect(desk.find(sent?.id ?? '')).toBe(undefined);
  });

  it('carry what became of each attempt on the error', async () => {
    const retries = { maxRetries: 1, initialDelayMs: 10, maxDelayMs: 10, backoffCoefficient: 1 };
    const { invoker, launcher, clock } = localApp({ retries });
    const { result } = invoker.submit(target, []);
    launcher.at(0).ready();
    launcher.at(0).end();
    launcher.at(1).ready();
    launcher.at(1).end({ kind: 'exited', code: 3, outOfMemory: false, lastOutput: '' });
    clock.advance(10);
    launcher.at(2).ready();
    launcher.at(2).end({ kind: 'exited', code: 4, outOfMemory: false, lastOutput: '' });
    const error = await result.then(
      () => undefined,
      (thrown: object) => thrown,
    );
    const attempts = Reflect.get(error ?? {}, Symbol.for('dray.attempts'));
    expect(attempts).toEqual([
      { attempt: 1, reason: expect.stringContaining('SIGKILL') },
      { attempt: 2, reason: expect.stringContaining('exit code 3') },
      { attempt: 3, reason: expect.stringContaining('exit code 4') },
    ]);
    expect(Object.keys(error ?? {})).not.toContain('dray.attempts');
  });

  it('settle as cancelled after the app was closed', async () => {
    const { invoker, scheduler } = localApp({});
    await scheduler.close();
    await expect(invoker.submit(target, []).result).rejects.toMatchObject({ code: 'CALL_CANCELLED' });
  });
});

describe('numbers of containers', () => {
  it('are changed at run time, and what is left out stays', async () => {
    const { invoker, pools } = localApp({ maxContainers: 5, bufferContainers: 1 });
    await invoker.updateAutoscaler(target, { maxContainers: 2 });
    expect(pools.of(target).fn).toMatchObject({ maxContainers: 2, bufferContainers: 1 });
    await expect(invoker.updateAutoscaler(target, { minContainers: 3 })).rejects.toMatchObject({
      code: 'INVALID_OPTION',
    });
  });

  it('are told with the reason for a wait', async () => {
    const { invoker, launcher } = localApp({ maxContainers: 1 });
    void invoker.submit(target, []);
    void invoker.submit(target, []);
    launcher.at(0).ready();
    expect(await invoker.stats(target)).toEqual({
      backlog: 1,
      containers: 1,
      running: 1,
      waitingFor: 'maxContainers 1 reached',
    });
  });
});

describe('streams', () => {
  const open = () => {
    const app = localApp({ generator: true });
    const stream = app.invoker.stream(target, []);
    const runner = () => app.launcher.at(0);
    runner().ready();
    const [call] = runner().calls;
    if (call === undefined) throw new Error('no call was handed over');
    return { ...app, stream, runner: runner(), call };
  };

  it('give values in order, then the returned one', async () => {
    const { stream, runner, call } = open();
    runner.value(call, encoded('a'));
    runner.value(call, encoded('b'));
    expect([await stream.values.next(), await stream.values.next()]).toEqual([
      { done: false, value: 'a' },
      { done: false, value: 'b' },
    ]);
    runner.answer();
    expect(await stream.values.next()).toEqual({ done: true, value: [] });
  });

  it('ask for more only as values are taken', async () => {
    const { stream, runner, call } = open();
    expect(call.credit).toBe(WINDOW);
    for (let n = 0; n < WINDOW; n++) runner.value(call, encoded(n));
    for (let n = 0; n < WINDOW / 2 - 1; n++) await stream.values.next();
    expect(runner.credits).toEqual([]);
    await stream.values.next();
    expect(runner.credits).toEqual([[call.number, WINDOW / 2]]);
  });

  it('give the values that came before they throw', async () => {
    const { stream, runner, call } = open();
    runner.value(call, encoded(1));
    runner.answer({ ok: false });
    expect(await stream.values.next()).toEqual({ done: false, value: 1 });
    await expect(stream.values.next()).rejects.toEqual([]);
    expect(await stream.values.next()).toEqual({ done: true, value: undefined });
  });

  it('end the generator when the reading ends early, and wait until it has ended', async () => {
    const { stream, runner, call } = open();
    runner.value(call, encoded(1));
    await stream.values.next();
    let returned = false;
    const returning = stream.values.return('early').then((last) => {
      returned = true;
      return last;
    });
    await new Promise(setImmediate);
    expect([runner.cancelled, returned]).toEqual([[call.number], false]);
    runner.answer({ ok: false });
    expect(await returning).toEqual({ done: true, value: 'early' });
  });

  it('are cancelled where they are ended before they were begun', async () => {
    const { stream, runner, call } = open();
    const returning = stream.values.return(undefined);
    expect(runner.cancelled).toEqual([call.number]);
    runner.answer({ ok: false });
    await returning;
  });
});
