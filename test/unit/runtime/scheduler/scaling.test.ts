import { describe, expect, it } from 'vitest';
import { schedulerBench as setUp } from '../../../helpers/scheduler-bench.ts';

describe('numbers of containers', () => {
  it('keeps minContainers without a call, and beyond their window', () => {
    const { clock, launcher } = setUp([{ minContainers: 2, scaledownWindowMs: 5000 }]);
    expect(launcher.runners).toHaveLength(2);
    for (const runner of launcher.runners) runner.ready();
    clock.advance(60_000);
    expect(launcher.alive).toHaveLength(2);
  });

  it('replaces one of minContainers that was taken away', () => {
    const { clock, launcher } = setUp([{ minContainers: 1 }]);
    launcher.at(0).ready();
    launcher.at(0).end();
    clock.advance(100);
    expect(launcher.alive).toHaveLength(1);
  });

  it('keeps bufferContainers ready beyond the busy ones, while there are calls', () => {
    const { clock, launcher, submit } = setUp([{ bufferContainers: 1, scaledownWindowMs: 5000 }]);
    expect(launcher.runners).toHaveLength(0);
    submit(1);
    expect(launcher.runners).toHaveLength(2);
    for (const runner of launcher.runners) runner.ready();
    clock.advance(20_000);
    expect(launcher.alive).toHaveLength(2);
    launcher.at(0).answer();
    clock.advance(20_000);
    expect(launcher.alive).toHaveLength(0);
  });

  it('starts another as soon as the buffer is used', () => {
    const { launcher, submit } = setUp([{ bufferContainers: 1 }]);
    submit(1);
    for (const runner of launcher.runners) runner.ready();
    submit(2);
    expect(launcher.runners).toHaveLength(3);
  });

  it('ends a single-use container after its call, and starts another for the next', () => {
    const { launcher, submit, ended } = setUp([{ singleUseContainers: true, maxContainers: 1 }]);
    submit(1);
    submit(2);
    launcher.at(0).ready();
    expect(launcher.at(0).calls).toHaveLength(1);
    launcher.at(0).answer({ durationMs: 0.01 });
    expect(launcher.at(0).killed).toBe(true);
    launcher.at(0).end();
    launcher.at(1).ready();
    launcher.at(1).answer();
    expect([ended(1), ended(2)]).toEqual([1, 2]);
  });

  it('has never more than maxContainers, those that are ending included', () => {
    const { clock, launcher, submit } = setUp([{ maxContainers: 1, timeoutMs: 1000 }]);
    submit(1);
    submit(2);
    launcher.at(0).ready();
    clock.advance(1000);
    expect(launcher.at(0).killed).toBe(true);
    submit(3);
    expect(launcher.runners).toHaveLength(1);
    launcher.at(0).end();
    expect(launcher.runners).toHaveLength(2);
  });

  it('changes how many there are while it runs', () => {
    const { clock, launcher, pool, submit } = setUp([{ maxContainers: 1, scaledownWindowMs: 5000 }]);
    for (let n = 0; n < 4; n++) submit(n);
    pool().update({ ...pool().fn, maxContainers: 3 });
    expect(launcher.runners).toHaveLength(3);
    for (const runner of launcher.runners) runner.ready();
    for (const runner of launcher.runners) runner.answer();
    launcher.at(0).answer();
    pool().update({ ...pool().fn, scaledownWindowMs: 2000, minContainers: 1 });
    clock.advance(2000);
    expect(launcher.alive).toHaveLength(1);
  });

  it('measures an idle container by the window it has now', () => {
    const { clock, launcher, pool, submit } = setUp([{ scaledownWindowMs: 60_000 }]);
    submit(1);
    launcher.at(0).ready();
    launcher.at(0).answer();
    clock.advance(1000);
    pool().update({ ...pool().fn, scaledownWindowMs: 2000 });
    clock.advance(2000);
    expect(launcher.at(0).killed).toBe(true);
  });

  it('sets no timer for each call', () => {
    const { clock, launcher, submit } = setUp();
    submit(0);
    launcher.at(0).ready();
    launcher.at(0).answer();
    const before = clock.pending;
    for (let n = 1; n <= 50; n++) {
      submit(n);
      launcher.at(0).answer();
    }
    expect(clock.pending).toBeLessThanOrEqual(before + 1);
  });
});

describe('several calls in a container', () => {
  const concurrent = { maxInputs: 4, targetInputs: 4 };

  it('runs as many at a time as it may, and counts them for scaling', () => {
    const { launcher, submit, ended } = setUp([{ concurrent }]);
    for (let n = 0; n < 8; n++) submit(n);
    expect(launcher.runners).toHaveLength(2);
    launcher.at(0).ready();
    launcher.at(1).ready();
    expect(launcher.runners.map(({ calls }) => calls.length)).toEqual([4, 4]);
    launcher.at(0).answer({ nth: 2 });
    expect(ended(2)).toBe(2);
  });

  it('starts a further container above targetInputs, and serves up to maxInputs meanwhile', () => {
    const { launcher, submit } = setUp([{ concurrent: { maxInputs: 4, targetInputs: 2 } }]);
    submit(0);
    launcher.at(0).ready();
    submit(1);
    expect(launcher.runners).toHaveLength(1);
    submit(2);
    expect(launcher.at(0).calls).toHaveLength(3);
    expect(launcher.runners).toHaveLength(2);
  });

  it('runs a call sent ahead when one of those before it has answered', () => {
    const { clock, launcher, submit } = setUp([
      { concurrent: { maxInputs: 2, targetInputs: 2 }, maxContainers: 1, timeoutMs: 1000 },
    ]);
    submit(0);
    launcher.at(0).ready();
    launcher.at(0).answer({ durationMs: 1 });
    const calls = [1, 2, 3].map((n) => submit(n));
    expect(calls.map(({ state }) => state)).toEqual(['running', 'running', 'starting']);
    clock.advance(900);
    launcher.at(0).answer({ nth: 1 });
    expect(calls.map(({ state }) => state)).toEqual(['running', 'succeeded', 'running']);
  });
});

describe('batches', () => {
  const batched = { maxBatchSize: 3, waitMs: 500 };

  it('leave at once when they are full', () => {
    const { launcher, submit, ended } = setUp([{ batched, maxContainers: 1 }]);
    for (let n = 0; n < 3; n++) submit(n);
    launcher.at(0).ready();
    expect(launcher.at(0).batches).toEqual([3]);
    for (let n = 0; n < 3; n++) launcher.at(0).answer();
    expect([0, 1, 2].map(ended)).toEqual([0, 1, 2]);
  });

  it('leave after the wait of their first call', () => {
    const { clock, launcher, submit } = setUp([{ batched, maxContainers: 1 }]);
    submit(0);
    launcher.at(0).ready();
    clock.advance(300);
    submit(1);
    clock.advance(199);
    expect(launcher.at(0).batches).toEqual([]);
    clock.advance(1);
    expect(launcher.at(0).batches).toEqual([2]);
  });

  it('take one place of a container until each of their calls is answered', () => {
    const { launcher, submit } = setUp([{ batched, maxContainers: 1 }]);
    for (let n = 0; n < 6; n++) submit(n);
    launcher.at(0).ready();
    launcher.at(0).answer({ durationMs: 0.01 });
    launcher.at(0).answer({ durationMs: 0.01 });
    expect(launcher.at(0).batches).toEqual([3]);
    launcher.at(0).answer({ durationMs: 0.01 });
    expect(launcher.at(0).batches).toEqual([3, 3]);
  });

  it('are of one method', () => {
    const { launcher, submit } = setUp([
      { batched, maxContainers: 1, concurrent: { maxInputs: 5, targetInputs: 5 } },
    ]);
    for (const [n, method] of ['a', 'a', 'b', 'a'].entries()) submit(n, 'f', { method });
    launcher.at(0).ready();
    expect(launcher.at(0).batches[0]).toBe(2);
    expect(
      launcher
        .at(0)
        .calls.map(({ method }) => method)
        .slice(0, 2),
    ).toEqual(['a', 'a']);
  });

  it('fail as one when their time is over, and end their container', () => {
    const { clock, launcher, submit, ended } = setUp([{ batched, maxContainers: 1, timeoutMs: 1000 }]);
    for (let n = 0; n < 3; n++) submit(n);
    launcher.at(0).ready();
    clock.advance(1000);
    expect(launcher.at(0).killed).toBe(true);
    launcher.at(0).end();
    expect([0, 1, 2].map(ended)).toEqual(['timed-out', 'timed-out', 'timed-out']);
  });

  it('go on when one of their calls is cancelled', () => {
    const { clock, launcher, pool, submit, ended } = setUp([{ batched, maxContainers: 1 }]);
    const [first] = [0, 1, 2].map((n) => submit(n));
    launcher.at(0).ready();
    if (first !== undefined) pool().cancel(first, false);
    clock.advance(10_000);
    expect(launcher.at(0).killed).toBe(false);
    launcher.at(0).answer({ nth: 1 });
    expect([0, 1].map(ended)).toEqual(['cancelled', 1]);
  });
});

describe('a container whose code asks for no further calls', () => {
  const concurrent = { maxInputs: 2, targetInputs: 2 };

  it('finishes those that it holds and ends, while another one serves', () => {
    const { launcher, submit, ended } = setUp([{ concurrent }]);
    submit(1);
    launcher.at(0).ready();
    launcher.at(0).leave();
    launcher.at(0).leave();
    submit(2);
    expect(launcher.at(0).calls).toHaveLength(1);
    launcher.at(1).ready();
    expect(launcher.at(1).calls).toHaveLength(1);
    expect(launcher.at(0).killed).toBe(false);
    launcher.at(0).answer();
    expect(launcher.at(0).killed).toBe(true);
    launcher.at(1).answer();
    expect([1, 2].map(ended)).toEqual([1, 2]);
    expect(launcher.runners).toHaveLength(2);
  });

  it('ends at once where it holds none, and makes room for one that calls wait for', () => {
    const { launcher, submit } = setUp([{ maxContainers: 1 }]);
    submit(1);
    launcher.at(0).ready();
    launcher.at(0).leave();
    submit(2);
    expect(launcher.runners).toHaveLength(1);
    launcher.at(0).answer();
    expect(launcher.at(0).killed).toBe(true);
    launcher.at(0).end();
    launcher.at(1).ready();
    expect(launcher.at(1).calls).toHaveLength(1);
    launcher.at(1).answer();
    launcher.at(1).leave();
    expect(launcher.at(1).killed).toBe(true);
  });
});
