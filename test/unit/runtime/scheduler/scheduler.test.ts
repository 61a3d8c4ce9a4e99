import { describe, expect, it } from 'vitest';
import { schedulerBench as setUp } from '../../../helpers/scheduler-bench.ts';

describe('starting containers', () => {
  it('starts none without a call', () => {
    expect(setUp().launcher.runners).toHaveLength(0);
  });

  it('hands the first call to the first container once it is ready', () => {
    const { launcher, submit, ended } = setUp();
    submit(1);
    expect(launcher.at(0).calls).toHaveLength(0);
    launcher.at(0).ready();
    launcher.at(0).answer();
    expect(ended(1)).toBe(1);
  });

  it('starts one container for each waiting call up to maxContainers', () => {
    const { launcher, submit } = setUp([{ maxContainers: 3 }]);
    for (let n = 0; n < 10; n++) submit(n);
    expect(launcher.runners).toHaveLength(3);
  });

  it('starts no more at a time than the cores bear, and goes on as they become ready', () => {
    const { launcher, submit } = setUp([{}], { cpus: 1, memoryMiB: 16_384 });
    for (let n = 0; n < 5; n++) submit(n);
    expect(launcher.runners).toHaveLength(2);
    launcher.at(0).ready();
    expect(launcher.runners).toHaveLength(3);
  });

  it('stays within the cpu and memory of the host', () => {
    const { launcher, submit } = setUp([{ cpu: 1, memoryMiB: 6000 }]);
    for (let n = 0; n < 5; n++) submit(n);
    for (const runner of launcher.runners) runner.ready();
    expect(launcher.runners).toHaveLength(2);
  });

  it('runs a function that asks for more than the host has, alone', () => {
    const { launcher, submit } = setUp([{ cpu: 64 }]);
    submit(1);
    submit(2);
    expect(launcher.runners).toHaveLength(1);
  });

  it('ends an idle container of another function when the host is full', () => {
    const { launcher, submit, ended } = setUp([
      { name: 'a', cpu: 4 },
      { name: 'b', cpu: 4 },
    ]);
    submit(1, 'a');
    launcher.at(0).ready();
    submit(2, 'b');
    expect(launcher.runners).toHaveLength(1);
    launcher.at(0).answer();
    submit(3, 'b');
    expect(launcher.at(0).killed).toBe(true);
    launcher.at(0).end();
    launcher.at(1).ready();
    launcher.at(1).answer();
    expect(ended(2)).toBe(2);
  });
});

describe('handing out calls', () => {
  it('reuses an idle container before starting another', () => {
    const { launcher, submit } = setUp();
    submit(1);
    launcher.at(0).ready();
    launcher.at(0).answer();
    submit(2);
    expect(launcher.at(0).calls).toHaveLength(1);
    expect(launcher.runners).toHaveLength(1);
  });

  it('gives long calls to one container each', () => {
    const { launcher, submit } = setUp([{ maxContainers: 2 }]);
    for (let n = 0; n < 6; n++) submit(n);
    launcher.at(0).ready();
    launcher.at(1).ready();
    launcher.at(0).answer({ durationMs: 500 });
    expect(launcher.runners.map((runner) => runner.calls.length)).toEqual([1, 1]);
  });

  it('sends short calls ahead and starts no container for them', () => {
    const { launcher, submit } = setUp();
    submit(0);
    launcher.at(0).ready();
    launcher.at(0).answer({ durationMs: 0.01 });
    for (let n = 1; n <= 200; n++) submit(n);
    expect(launcher.at(0).calls.length).toBeGreaterThan(100);
    expect(launcher.runners).toHaveLength(1);
  });

  it('keeps the order of calls in one container', () => {
    const { launcher, submit } = setUp([{ maxContainers: 1 }]);
    for (let n = 1; n <= 4; n++) submit(n);
    launcher.at(0).ready();
    const order = [1, 2, 3, 4].map(() => launcher.at(0).answer().payload[0]);
    expect(order).toEqual([1, 2, 3, 4]);
  });
});

describe('retries', () => {
  const retries = { maxRetries: 2, initialDelayMs: 1000, maxDelayMs: 1500, backoffCoefficient: 2 };

  it('fails a call whose function threw when there are no retries', () => {
    const { launcher, submit, ended } = setUp();
    submit(1);
    launcher.at(0).ready();
    launcher.at(0).answer({ ok: false });
    expect(ended(1)).toBe('thrown');
  });

  it('tries again after each delay, and keeps the last error', () => {
    const { clock, launcher, submit, ended } = setUp([{ retries }]);
    const call = submit(1);
    launcher.at(0).ready();
    launcher.at(0).answer({ ok: false });
    expect(call.state).toBe('retrying');
    clock.advance(999);
    expect(launcher.at(0).calls).toHaveLength(0);
    clock.advance(1);
    expect(launcher.at(0).calls[0]?.attempt).toBe(2);
    launcher.at(0).answer({ ok: false });
    clock.advance(1500);
    expect(launcher.at(0).calls[0]?.attempt).toBe(3);
    launcher.at(0).answer({ ok: false });
    expect(ended(1)).toBe('thrown');
  });

  it('succeeds when a later attempt does', () => {
    const { clock, launcher, submit, ended } = setUp([{ retries }]);
    submit(1);
    launcher.at(0).ready();
    launcher.at(0).answer({ ok: false });
    clock.advance(1000);
    launcher.at(0).answer();
    expect(ended(1)).toBe(1);
  });
});

describe('timeouts', () => {
  it('ends the container of a call that runs too long, and hands back those behind it', () => {
    const { clock, launcher, submit, ended } = setUp([{ timeoutMs: 1000, maxContainers: 1 }]);
    submit(0);
    launcher.at(0).ready();
    launcher.at(0).answer({ durationMs: 1 });
    const [late, behind] = [submit(1), submit(2)];
    expect(behind.state).toBe('starting');
    clock.advance(1000);
    expect(launcher.at(0).killed).toBe(true);
    launcher.at(0).end();
    expect(ended(1)).toBe('timed-out');
    expect(late.state).toBe('timed-out');
    expect([behind.state, behind.attempt]).toEqual(['queued', 0]);
    launcher.at(1).ready();
    launcher.at(1).answer();
    expect(ended(2)).toBe(2);
  });

  it('gives each call its own time in a container that serves many', () => {
    const { clock, launcher, submit } = setUp([{ timeoutMs: 1000, maxContainers: 1 }]);
    for (let n = 0; n < 5; n++) submit(n);
    launcher.at(0).ready();
    for (let n = 0; n < 4; n++) {
      clock.advance(900);
      launcher.at(0).answer();
    }
    expect(launcher.at(0).killed).toBe(false);
    clock.advance(1000);
    expect(launcher.at(0).killed).toBe(true);
  });

  it('counts waiting neither in the queue nor for a start', () => {
    const { clock, launcher, submit, ended } = setUp([{ timeoutMs: 1000, startupTimeoutMs: 10_000 }]);
    submit(1);
    clock.advance(5000);
    launcher.at(0).ready();
    clock.advance(999);
    launcher.at(0).answer();
    expect(ended(1)).toBe(1);
  });

  it('fails waiting calls when a container is not ready in time', () => {
    const { clock, launcher, submit, ended } = setUp([{ startupTimeoutMs: 2000 }]);
    submit(1);
    clock.advance(2000);
    launcher.at(0).end();
    expect(ended(1)).toBe('start-timed-out');
  });
});

describe('containers that end', () => {
  it('fails only the call that ran', () => {
    const { launcher, submit, ended } = setUp([{ maxContainers: 1 }]);
    submit(0);
    launcher.at(0).ready();
    launcher.at(0).answer({ durationMs: 1 });
    for (let n = 1; n <= 3; n++) submit(n);
    launcher.at(0).end({ kind: 'exited', code: 1, outOfMemory: false, lastOutput: '' });
    expect(ended(1)).toBe('container-lost');
    launcher.at(1).ready();
    launcher.at(1).answer();
    launcher.at(1).answer();
    expect([ended(2), ended(3)]).toEqual([2, 3]);
  });

  it('drops an answer that comes for a call it no longer holds', () => {
    const { launcher, submit, ended } = setUp();
    submit(1);
    launcher.at(0).ready();
    const call = launcher.at(0).answer();
    launcher.at(0).answerAgain(call);
    expect(ended(1)).toBe(1);
  });

  it('fails the waiting calls when the module cannot be imported', () => {
    const { launcher, submit, ended } = setUp([{ maxContainers: 1 }]);
    submit(1);
    submit(2);
    launcher.at(0).end({ kind: 'start-failed', error: new Error('no such package') });
    expect([ended(1), ended(2)]).toEqual(['start-failed', 'start-failed']);
  });

  it('ends a container that stayed idle for its window, and not before', () => {
    const { clock, launcher, submit } = setUp([{ scaledownWindowMs: 5000 }]);
    submit(1);
    launcher.at(0).ready();
    launcher.at(0).answer();
    clock.advance(4000);
    submit(2);
    launcher.at(0).answer();
    clock.advance(4999);
    expect(launcher.at(0).killed).toBe(false);
    clock.advance(1);
    expect(launcher.at(0).killed).toBe(true);
  });
});

describe('cancelling', () => {
  it('takes a waiting call out of the queue', () => {
    const { launcher, pool, submit, ended } = setUp([{ maxContainers: 1 }]);
    submit(1);
    const second = submit(2);
    pool().cancel(second, false);
    launcher.at(0).ready();
    launcher.at(0).answer();
    expect(ended(2)).toBe('cancelled');
    expect(launcher.at(0).calls).toHaveLength(0);
  });

  it('asks running code to stop first, and ends its container when it goes on', () => {
    const { clock, launcher, pool, submit, ended } = setUp();
    const call = submit(1);
    launcher.at(0).ready();
    pool().cancel(call, false);
    expect(ended(1)).toBe('cancelled');
    expect(launcher.at(0).cancelled).toEqual([call.number]);
    expect(launcher.at(0).killed).toBe(false);
    clock.advance(2000);
    expect(launcher.at(0).killed).toBe(true);
  });

  it('keeps the container of code that stopped when asked', () => {
    const { clock, launcher, pool, submit } = setUp();
    const call = submit(1);
    launcher.at(0).ready();
    pool().cancel(call, false);
    launcher.at(0).answer({ ok: false });
    clock.advance(2000);
    expect(launcher.at(0).killed).toBe(false);
  });

  it('drops the retry of a cancelled call', () => {
    const retries = { maxRetries: 1, initialDelayMs: 1000, maxDelayMs: 1000, backoffCoefficient: 1 };
    const { clock, launcher, pool, submit, ended } = setUp([{ retries }]);
    const call = submit(1);
    launcher.at(0).ready();
    launcher.at(0).answer({ ok: false });
    pool().cancel(call, false);
    clock.advance(1000);
    expect(ended(1)).toBe('cancelled');
    expect(launcher.at(0).calls).toHaveLength(0);
  });
});

describe('closing', () => {
  it('settles every call and ends every container before it resolves', async () => {
    const { clock, launcher, scheduler, submit, ended } = setUp([{ maxContainers: 2 }]);
    for (let n = 0; n < 5; n++) submit(n);
    launcher.at(0).ready();
    let closed = false;
    const closing = scheduler.close().then(() => {
      closed = true;
    });
    expect([0, 1, 2, 3, 4].map(ended)).toEqual(Array(5).fill('cancelled'));
    expect(launcher.alive).toHaveLength(0);
    launcher.at(0).end();
    await Promise.resolve();
    expect(closed).toBe(false);
    launcher.at(1).end();
    await closing;
    clock.advance(1_000_000);
    expect(launcher.runners).toHaveLength(2);
  });
});
