import { describe, expect, it } from 'vitest';
import { schedulerBench } from '../../../helpers/scheduler-bench.ts';

const setUp = schedulerBench;
const freezing = { whenIdle: 'freeze', scaledownWindowMs: 5000 } as const;

describe('frozen containers', () => {
  const frozen = (more = {}) => {
    const bench = setUp([
      { ...freezing, ...more },
      { name: 'g', cpu: 4, memoryMiB: 16_300 },
    ]);
    bench.submit(1);
    bench.launcher.at(0).ready();
    bench.launcher.at(0).answer();
    bench.clock.advance(5000);
    return bench;
  };

  it('are what idle ones become after their window', () => {
    const { launcher } = frozen();
    expect([launcher.at(0).frozen, launcher.at(0).killed]).toEqual([true, false]);
  });

  it('go on for the next call, before another is started', () => {
    const { clock, launcher, submit, ended } = frozen();
    submit(2);
    expect([launcher.at(0).frozen, launcher.runners.length]).toEqual([false, 1]);
    launcher.at(0).answer();
    expect(ended(2)).toBe(2);
    clock.advance(5000);
    expect(launcher.at(0).frozen).toBe(true);
  });

  it('hold no CPU', () => {
    const { launcher, submit } = frozen({ cpu: 4, memoryMiB: 64 });
    submit(2, 'g');
    expect(launcher.runners).toHaveLength(2);
    expect(launcher.at(0).killed).toBe(false);
  });

  it('give way where their memory is needed', () => {
    const { launcher, submit } = frozen({ memoryMiB: 128 });
    submit(2, 'g');
    expect(launcher.at(0).killed).toBe(true);
    launcher.at(0).end();
    expect(launcher.runners).toHaveLength(2);
  });

  it('stay frozen until there is CPU for them', () => {
    const { launcher, submit, ended } = frozen({ cpu: 4, memoryMiB: 64 });
    submit(2, 'g');
    launcher.at(1).ready();
    submit(3);
    expect(launcher.at(0).frozen).toBe(true);
    launcher.at(1).answer();
    launcher.at(1).end();
    expect(launcher.at(0).frozen).toBe(false);
    launcher.at(0).answer();
    expect(ended(3)).toBe(3);
  });

  it('are stopped instead where the backend cannot freeze', () => {
    const bench = setUp([freezing]);
    bench.launcher.freezes = false;
    bench.submit(1);
    bench.launcher.at(0).ready();
    bench.launcher.at(0).answer();
    bench.clock.advance(5000);
    expect([bench.launcher.at(0).frozen, bench.launcher.at(0).killed]).toEqual([false, true]);
  });

  it('end when the app is closed', async () => {
    const { launcher, scheduler } = frozen();
    const closing = scheduler.close();
    expect(launcher.at(0).killed).toBe(true);
    launcher.at(0).end();
    await closing;
  });

  it('that were taken away give their room back', () => {
    const { launcher, submit, ended } = frozen({ cpu: 4 });
    launcher.at(0).end();
    submit(2);
    launcher.at(1).ready();
    launcher.at(1).answer();
    expect(ended(2)).toBe(2);
  });
});

describe('containers of a class with an exit hook', () => {
  const withExit = { class: { methods: [], hasExit: true }, scaledownWindowMs: 5000 };
  const idle = (more = {}) => {
    const bench = setUp([{ ...withExit, ...more }]);
    bench.submit(1);
    bench.launcher.at(0).ready();
    bench.launcher.at(0).answer();
    return bench;
  };

  it('are stopped in order after their window, and killed after thirty seconds', () => {
    const { clock, launcher } = idle();
    clock.advance(5000);
    expect([launcher.at(0).stopped, launcher.at(0).killed]).toEqual([true, false]);
    clock.advance(29_999);
    expect(launcher.at(0).killed).toBe(false);
    clock.advance(1);
    expect(launcher.at(0).killed).toBe(true);
  });

  it('that stop already are left to it when the app is closed', () => {
    const { clock, launcher, scheduler } = idle();
    clock.advance(5000);
    void scheduler.close();
    clock.advance(29_000);
    expect(launcher.at(0).killed).toBe(false);
  });

  it('are handed no call once they stop', () => {
    const { clock, launcher, submit } = idle();
    clock.advance(5000);
    submit(2);
    expect(launcher.at(0).calls).toHaveLength(0);
    expect(launcher.runners).toHaveLength(2);
  });

  it('are stopped in order when the app is closed', async () => {
    const { launcher, scheduler } = idle();
    const closing = scheduler.close();
    expect([launcher.at(0).stopped, launcher.at(0).killed]).toEqual([true, false]);
    launcher.at(0).end({ kind: 'exited', code: 0, outOfMemory: false, lastOutput: '' });
    await closing;
  });

  it('are asked to cancel what runs on close, and killed where that goes on', () => {
    const { clock, launcher, scheduler, submit, ended } = idle();
    const call = submit(2);
    void scheduler.close();
    expect(ended(2)).toBe('cancelled');
    expect(launcher.at(0).cancelled).toEqual([call.number]);
    expect([launcher.at(0).stopped, launcher.at(0).killed]).toEqual([true, false]);
    clock.advance(2000);
    expect(launcher.at(0).killed).toBe(true);
  });

  it('go on before they stop where they were frozen', async () => {
    const { clock, launcher, scheduler } = idle({ whenIdle: 'freeze' });
    clock.advance(5000);
    expect(launcher.at(0).frozen).toBe(true);
    void scheduler.close();
    expect([launcher.at(0).frozen, launcher.at(0).stopped]).toEqual([false, true]);
  });
});
