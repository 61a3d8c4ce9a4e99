import { describe, expect, it } from 'vitest';
import { schedulerBench as setUp } from '../../../helpers/scheduler-bench.ts';

const crashed = { kind: 'exited', code: 3, outOfMemory: false, lastOutput: 'bad import' } as const;
const refused = { kind: 'start-refused', error: new Error('cannot reach Docker') } as const;

describe('containers that end right after their start', () => {
  it('are started again after growing pauses, and fail the calls as a crash loop in the end', () => {
    const { clock, launcher, submit, outcome } = setUp([{ maxContainers: 1 }]);
    submit(1);
    const startedAt: number[] = [];
    for (let n = 0; n < 5; n++) {
      startedAt.push(clock.now());
      launcher.at(n).end(crashed);
      clock.advance(5000);
    }
    expect(outcome(1)).toMatchObject({
      ok: false,
      failure: { kind: 'crash-loop', starts: 5, code: 3, lastOutput: 'bad import' },
    });
    expect(launcher.runners).toHaveLength(5);
  });

  it('wait twice as long each time', () => {
    const { clock, launcher, submit } = setUp([{ maxContainers: 1 }]);
    submit(1);
    for (const [index, pause] of [100, 200, 400, 800].entries()) {
      launcher.at(index).end(crashed);
      clock.advance(pause - 1);
      expect(launcher.runners).toHaveLength(index + 1);
      clock.advance(1);
      expect(launcher.runners).toHaveLength(index + 2);
    }
  });

  it('are forgotten once one serves a call', () => {
    const { clock, launcher, submit, ended } = setUp([{ maxContainers: 1 }]);
    for (let round = 0; round < 3; round++) {
      submit(round);
      for (let n = 0; n < 4; n++) {
        launcher.at(launcher.runners.length - 1).end(crashed);
        clock.advance(1000);
      }
      const last = launcher.at(launcher.runners.length - 1);
      last.ready();
      last.answer();
      expect(ended(round)).toBe(round);
      last.end();
      clock.advance(1000);
    }
  });

  it('are not started for nobody: minContainers gives up with the calls, until the next call', () => {
    const { clock, launcher, submit } = setUp([{ minContainers: 1 }]);
    for (let n = 0; n < 5; n++) {
      launcher.at(n).end(crashed);
      clock.advance(5000);
    }
    clock.advance(600_000);
    expect(launcher.runners).toHaveLength(5);
    submit(1);
    expect(launcher.runners).toHaveLength(6);
  });
});

describe('a host that refuses starts', () => {
  it('is tried again for half a minute, then the calls fail with its error', () => {
    const { clock, launcher, submit, outcome } = setUp([{ maxContainers: 1 }]);
    submit(1);
    const refuse = () => {
      const last = launcher.at(launcher.runners.length - 1);
      if (!last.ended) last.end(refused);
    };
    refuse();
    while (clock.now() < 29_900) {
      expect(outcome(1)).toBe(undefined);
      clock.advance(100);
      refuse();
    }
    clock.advance(4000);
    refuse();
    expect(outcome(1)).toMatchObject({ ok: false, failure: { kind: 'start-failed', error: refused.error } });
    expect(launcher.runners.length).toBeLessThan(20);
  });

  it('serves the calls when it is back', () => {
    const { clock, launcher, submit, ended } = setUp([{ maxContainers: 1 }]);
    submit(1);
    launcher.at(0).end(refused);
    clock.advance(100);
    launcher.at(1).end(refused);
    clock.advance(200);
    launcher.at(2).ready();
    launcher.at(2).answer();
    expect(ended(1)).toBe(1);
  });

  it('counts starts that were refused together once', () => {
    const { clock, launcher, submit } = setUp([{ maxContainers: 4 }]);
    for (let n = 0; n < 4; n++) submit(n);
    for (const runner of [...launcher.runners]) runner.end(refused);
    clock.advance(100);
    expect(launcher.runners).toHaveLength(8);
  });
});

describe('code that cannot be loaded', () => {
  it('fails the waiting calls at once, with no further start', () => {
    const { clock, launcher, submit, ended } = setUp([{ maxContainers: 1, minContainers: 1 }]);
    submit(1);
    launcher.at(0).end({ kind: 'start-failed', error: new Error('no such package') });
    clock.advance(600_000);
    expect(ended(1)).toBe('start-failed');
    expect(launcher.runners).toHaveLength(1);
  });
});
