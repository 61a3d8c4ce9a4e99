import { describe, expect, it } from 'vitest';
import { schedulerBench as setUp } from '../../../helpers/scheduler-bench.ts';

describe('reasons for waits', () => {
  it('are none without a waiting call', () => {
    const { launcher, pool, submit } = setUp();
    expect(pool().waitingFor).toBe(undefined);
    submit(1);
    launcher.at(0).ready();
    expect(pool().waitingFor).toBe(undefined);
  });

  it('name a container that starts, and the limit that is reached', () => {
    const { launcher, pool, submit } = setUp([{ maxContainers: 1 }]);
    submit(1);
    submit(2);
    expect(pool().waitingFor).toBe('a container is starting');
    launcher.at(0).ready();
    expect(pool().waitingFor).toBe('maxContainers 1 reached');
  });

  it('name what of the host is taken', () => {
    const cpu = setUp([{ cpu: 4 }]);
    const memory = setUp([{ memoryMiB: 16_000 }]);
    for (const { launcher, submit } of [cpu, memory]) {
      submit(1);
      launcher.at(0).ready();
      submit(2);
    }
    expect(cpu.pool().waitingFor).toBe("the host's 4 CPUs are taken");
    expect(memory.pool().waitingFor).toBe("the host's 16384 MiB of memory are taken");
  });

  it('name the delay before the next attempt', () => {
    const retries = { maxRetries: 1, initialDelayMs: 4000, maxDelayMs: 4000, backoffCoefficient: 1 };
    const { launcher, pool, submit } = setUp([{ retries }]);
    submit(1);
    launcher.at(0).ready();
    launcher.at(0).answer({ ok: false });
    expect(pool().waitingFor).toBe('its previous attempt failed; next in 4 s');
  });

  it('name the host that refuses, and when it is tried again', () => {
    const { launcher, pool, submit } = setUp();
    submit(1);
    launcher.at(0).end({ kind: 'start-refused', error: new Error('cannot reach Docker') });
    expect(pool().waitingFor).toBe('cannot reach Docker; next try in 0.1 s');
  });

  it('are told once after two seconds, and again when they change', () => {
    const { clock, launcher, submit, waits } = setUp([{ maxContainers: 1 }]);
    submit(1);
    submit(2);
    clock.advance(1999);
    expect(waits).toEqual([]);
    clock.advance(1);
    expect(waits).toEqual([{ functionName: 'f', reason: 'a container is starting', calls: 2 }]);
    clock.advance(20_000);
    expect(waits).toHaveLength(1);
    launcher.at(0).ready();
    clock.advance(2000);
    expect(waits.slice(1)).toEqual([{ functionName: 'f', reason: 'maxContainers 1 reached', calls: 1 }]);
  });

  it('are not told of a pause that only grows shorter', () => {
    const { clock, launcher, submit, waits } = setUp();
    submit(1);
    const end = { kind: 'start-refused', error: new Error('cannot reach Docker') } as const;
    for (let second = 0; second < 100; second++) {
      const last = launcher.at(launcher.runners.length - 1);
      if (!last.ended && clock.now() < 9000) last.end(end);
      clock.advance(100);
    }
    expect(new Set(waits.map(({ reason }) => reason.replace(/ in .*/, '')))).toEqual(
      new Set(['cannot reach Docker; next try']),
    );
    expect(waits).toHaveLength(1);
  });

  it('need no timer when nothing waits any more', () => {
    const { clock, launcher, submit } = setUp([{ maxContainers: 1, timeoutMs: 3_600_000 }]);
    submit(1);
    launcher.at(0).ready();
    launcher.at(0).answer();
    clock.advance(100_000);
    launcher.at(0).end();
    clock.advance(4_000_000);
    expect(clock.pending).toBe(0);
  });
});

describe('calls that wait for each other', () => {
  const nested = (maxContainers: number) => setUp([{ maxContainers }, { name: 'g', maxContainers: 1 }]);

  it('fail the one that only its own result could make room for', () => {
    const { clock, launcher, submit, outcome } = nested(1);
    const parent = submit(1);
    launcher.at(0).ready();
    submit(2, 'f', { parent }).awaited = true;
    clock.advance(2000);
    expect(outcome(2)).toMatchObject({ failure: { kind: 'deadlock', obstacle: 'maxContainers 1' } });
    expect(outcome(1)).toBe(undefined);
  });

  it('go on waiting for a parent that does not wait for them', () => {
    const { clock, launcher, submit, ended } = nested(1);
    const parent = submit(1);
    launcher.at(0).ready();
    submit(2, 'f', { parent });
    clock.advance(60_000);
    expect(ended(2)).toBe(undefined);
    launcher.at(0).answer();
    launcher.at(0).answer();
    expect(ended(2)).toBe(2);
  });

  it('go on waiting while another call holds a container that it will give back', () => {
    const { clock, launcher, submit, ended } = nested(2);
    const parent = submit(1);
    submit(2);
    launcher.at(0).ready();
    launcher.at(1).ready();
    submit(3, 'f', { parent }).awaited = true;
    clock.advance(60_000);
    expect(ended(3)).toBe(undefined);
  });

  it('are found across functions', () => {
    const { clock, launcher, submit, ended } = nested(1);
    const [a, d] = [submit(1), submit(2, 'g')];
    launcher.at(0).ready();
    launcher.at(1).ready();
    submit(3, 'g', { parent: a }).awaited = true;
    submit(4, 'f', { parent: d }).awaited = true;
    clock.advance(2000);
    expect([ended(3), ended(4)]).toContain('deadlock');
  });

  it('are not taken for stuck while their function gets a container', () => {
    const { clock, launcher, submit, ended } = nested(1);
    const parent = submit(1);
    launcher.at(0).ready();
    submit(2, 'g', { parent }).awaited = true;
    clock.advance(60_000);
    expect(ended(2)).toBe(undefined);
  });

  it('are found where the host has no room for a further container', () => {
    const { clock, launcher, submit, outcome } = setUp([{ cpu: 4 }]);
    const parent = submit(1);
    launcher.at(0).ready();
    submit(2, 'f', { parent }).awaited = true;
    clock.advance(2000);
    expect(outcome(2)).toMatchObject({ failure: { kind: 'deadlock', obstacle: '4 CPUs' } });
  });
});
