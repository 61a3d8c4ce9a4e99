/**
 * Starts that come to nothing, of apps that are there to stay.
 */
import { describe, expect, it } from 'vitest';
import { Call, type CallOutcome } from '../../../../src/runtime/scheduler/call.ts';
import { CrashBreaker, MAX_CRASH_PAUSE_MS } from '../../../../src/runtime/scheduler/crash-breaker.ts';
import { Scheduler } from '../../../../src/runtime/scheduler/scheduler.ts';
import { FakeClock } from '../../../helpers/fake-clock.ts';
import { FakeLauncher } from '../../../helpers/fake-launcher.ts';
import { functionManifest } from '../../../helpers/manifests.ts';

const crashed = { kind: 'exited', code: 1, outOfMemory: false, lastOutput: '' } as const;
const cannotImport = { kind: 'start-failed', error: new Error('no module') } as const;

function deployed(given = {}) {
  const clock = new FakeClock();
  const launcher = new FakeLauncher();
  const capacity = { cpus: 8, memoryMiB: 16_384 };
  const scheduler = new Scheduler({ launcher, clock, capacity, lifetime: 'deployed' });
  const pool = scheduler.pool({ key: 'f', fn: functionManifest(given), parameters: new Uint8Array() });
  const submit = () => {
    const outcomes: CallOutcome[] = [];
    const payload = Uint8Array.of(1);
    const call = {
      id: 'fc-1',
      method: '',
      payload,
      onSettled: (outcome: CallOutcome) => outcomes.push(outcome),
    };
    scheduler.submit(pool, new Call(call));
    return outcomes;
  };
  return { clock, launcher, pool, submit };
}

describe('the breaker of a deployed app', () => {
  it('never gives up, and waits ever longer, up to a minute', () => {
    const breaker = new CrashBreaker('deployed');
    const pauses: number[] = [];
    for (let now = 0, tries = 0; tries < 14; tries++) {
      const verdict = breaker.crashed(now);
      if (verdict.kind !== 'pause') throw new Error('it gave up');
      pauses.push(verdict.ms);
      now += verdict.ms;
    }
    expect(pauses.slice(0, 4)).toEqual([100, 200, 400, 800]);
    expect(pauses.slice(-3)).toEqual([MAX_CRASH_PAUSE_MS, MAX_CRASH_PAUSE_MS, MAX_CRASH_PAUSE_MS]);
  });

  it('counts starts that end together as one', () => {
    const breaker = new CrashBreaker('deployed');
    for (let n = 0; n < 20; n++) breaker.crashed(0);
    expect(breaker.pauseLeft(0)).toBe(100);
  });

  it('waits for a host that refuses, for as long as it takes', () => {
    const breaker = new CrashBreaker('deployed');
    let now = 0;
    for (let tries = 0; tries < 100; tries++) {
      const verdict = breaker.refused(now);
      if (verdict.kind !== 'pause') throw new Error('it gave up');
      now += verdict.ms;
    }
    expect(now).toBeGreaterThan(300_000);
  });

  it('begins anew once a container served', () => {
    const breaker = new CrashBreaker('deployed');
    for (let now = 0; now < 10_000; ) now += (breaker.crashed(now) as { ms: number }).ms;
    breaker.served();
    expect(breaker.crashed(100_000)).toEqual({ kind: 'pause', ms: 100 });
  });
});

describe('a deployed app whose containers end right after their start', () => {
  it('keeps its calls waiting, and serves them when one comes up', () => {
    const { clock, launcher, submit } = deployed({ maxContainers: 1 });
    const outcomes = submit();
    for (let start = 0; start < 8; start++) {
      launcher.at(start).end(crashed);
      clock.advance(60_001);
    }
    expect(outcomes).toEqual([]);
    launcher.at(8).ready();
    launcher.at(8).answer();
    expect(outcomes).toMatchObject([{ ok: true }]);
  });

  it('starts none during the pause, however many calls come', () => {
    const { clock, launcher, submit } = deployed({ maxContainers: 1 });
    submit();
    launcher.at(0).end(crashed);
    clock.advance(101);
    launcher.at(1).end(crashed);
    for (let n = 0; n < 10; n++) submit();
    expect(launcher.runners).toHaveLength(2);
    clock.advance(201);
    expect(launcher.runners).toHaveLength(3);
  });
});

describe('a deployed app whose code cannot be imported', () => {
  it('fails what waits with the reason, and tries the next start after a pause', () => {
    const { clock, launcher, submit } = deployed({ maxContainers: 1 });
    const first = submit();
    launcher.at(0).end(cannotImport);
    expect(first).toMatchObject([{ ok: false, failure: { kind: 'start-failed' } }]);
    const second = submit();
    expect([launcher.runners.length, second]).toEqual([1, []]);
    clock.advance(101);
    launcher.at(1).ready();
    launcher.at(1).answer();
    expect(second).toMatchObject([{ ok: true }]);
  });

  it('tries again by itself where it keeps containers without calls', () => {
    const { clock, launcher } = deployed({ minContainers: 1 });
    launcher.at(0).end(cannotImport);
    clock.advance(101);
    launcher.at(1).end(cannotImport);
    clock.advance(201);
    expect(launcher.runners).toHaveLength(3);
  });

  it('says why its calls wait', () => {
    const { launcher, pool, submit } = deployed();
    submit();
    launcher.at(0).end(cannotImport);
    submit();
    expect(pool.waitingFor).toBe('a container could not start (no module); next try in 0.1 s');
  });
});
