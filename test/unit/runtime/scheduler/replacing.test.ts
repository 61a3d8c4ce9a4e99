/**
 * Pools that another one takes the place of, that are removed, and that are forgotten.
 */
import { describe, expect, it } from 'vitest';
import type { FunctionManifest } from '../../../../src/protocol/manifest.ts';
import { Call } from '../../../../src/runtime/scheduler/call.ts';
import { CANCEL_GRACE_MS } from '../../../../src/runtime/scheduler/pool-ending.ts';
import { functionManifest } from '../../../helpers/manifests.ts';
import { schedulerBench } from '../../../helpers/scheduler-bench.ts';

const crashed = { kind: 'exited', code: 1, outOfMemory: false, lastOutput: '' } as const;

/** A pool `f` with a container that serves, and a pool that may take its place. */
function replaced(given: Partial<FunctionManifest> = {}, serving = true) {
  const bench = schedulerBench([given]);
  if (serving) {
    bench.submit(0);
    bench.launcher.at(0).ready();
    bench.launcher.at(0).answer();
  }
  let versions = 1;
  const nextPool = (more: Partial<FunctionManifest> = {}) =>
    bench.scheduler.pool(
      { key: `f${++versions}`, fn: functionManifest({ ...given, ...more }), parameters: new Uint8Array() },
      { open: false },
    );
  return { ...bench, nextPool, old: bench.pool() };
}

describe('a pool that is replaced', () => {
  it('hands its waiting calls over, before those that came there, and in their order', () => {
    const { submit, launcher, scheduler, nextPool, old, ended } = replaced({ maxContainers: 1 });
    submit(1);
    submit(2);
    submit(3);
    const next = nextPool();
    scheduler.submit(
      next,
      new Call({ id: 'fc-9', method: '', payload: Uint8Array.of(9), onSettled: () => {} }),
    );
    old.ending.replaceBy(next);
    launcher.at(1).ready();
    expect(launcher.at(0).calls.map(({ id }) => id)).toEqual(['fc-1']);
    expect(launcher.at(1).answer().id).toBe('fc-2');
    expect(launcher.at(1).answer().id).toBe('fc-3');
    expect(launcher.at(1).answer().id).toBe('fc-9');
    launcher.at(0).answer();
    expect([1, 2, 3].map(ended)).toEqual([1, 2, 3]);
  });

  it('lets what runs finish where it is, then ends the container', () => {
    const { submit, launcher, nextPool, old, ended } = replaced();
    submit(1);
    old.ending.replaceBy(nextPool());
    expect(launcher.at(0).killed).toBe(false);
    launcher.at(0).answer();
    expect(ended(1)).toBe(1);
    expect(launcher.at(0).killed).toBe(true);
  });

  it('ends idle, starting and frozen containers at once, whatever it was to keep', () => {
    const { launcher, nextPool, old, submit } = replaced({ minContainers: 1 }, false);
    launcher.at(0).ready();
    submit(1);
    submit(2);
    expect(launcher.runners).toHaveLength(2);
    launcher.at(0).answer();
    old.ending.replaceBy(nextPool());
    expect(launcher.at(1).killed).toBe(true);
    const frozen = replaced({ whenIdle: 'freeze', scaledownWindowMs: 10 });
    frozen.clock.advance(11);
    expect(frozen.launcher.at(0).frozen).toBe(true);
    frozen.old.ending.replaceBy(frozen.nextPool());
    expect(frozen.launcher.at(0).killed).toBe(true);
  });

  it('sends later calls on, also through several versions', () => {
    const { submit, launcher, nextPool, old, ended } = replaced();
    const second = nextPool();
    old.ending.replaceBy(second);
    const third = nextPool();
    second.ending.replaceBy(third);
    submit(1);
    expect(launcher.runners).toHaveLength(2);
    launcher.at(1).ready();
    launcher.at(1).answer();
    expect(ended(1)).toBe(1);
    expect(old.home).toBe(third);
  });

  it('cancels a call wherever it is by now', () => {
    const { submit, launcher, nextPool, old, ended } = replaced({ maxContainers: 1 });
    const running = submit(1);
    const waiting = submit(2);
    const next = nextPool();
    old.ending.replaceBy(next);
    old.cancel(waiting, false);
    expect([ended(2), next.queue.length]).toEqual(['cancelled', 0]);
    const moved = submit(3);
    launcher.at(1).ready();
    old.cancel(moved, false);
    expect(launcher.at(1).cancelled).toEqual([moved.number]);
    old.cancel(running, true);
    expect([ended(1), ended(3), launcher.at(0).killed]).toEqual(['cancelled', 'cancelled', true]);
  });

  it('counts a queue that lost a cancelled call as the new pool has it', () => {
    const { submit, launcher, nextPool, old, ended } = replaced({ maxContainers: 1 });
    submit(1);
    const gone = submit(2);
    submit(3);
    old.cancel(gone, false);
    const next = nextPool();
    old.ending.replaceBy(next);
    expect(next.queue.length).toBe(1);
    launcher.at(1).ready();
    launcher.at(1).answer();
    expect(ended(3)).toBe(3);
  });

  it('makes the next attempt of a call in the new pool, under its policy', () => {
    const retries = { maxRetries: 1, initialDelayMs: 1000, maxDelayMs: 1000, backoffCoefficient: 1 };
    const { submit, launcher, nextPool, old, ended, clock } = replaced({ retries });
    submit(1);
    old.ending.replaceBy(nextPool());
    launcher.at(0).answer({ ok: false });
    expect(ended(1)).toBeUndefined();
    clock.advance(1001);
    launcher.at(1).ready();
    launcher.at(1).answer();
    expect(ended(1)).toBe(1);
  });

  it('takes calls along that wait for their next attempt, to the very moment', () => {
    const retries = { maxRetries: 1, initialDelayMs: 1000, maxDelayMs: 1000, backoffCoefficient: 1 };
    const { submit, launcher, nextPool, old, clock } = replaced({ retries });
    const call = submit(1);
    launcher.at(0).answer({ ok: false });
    clock.advance(400);
    const next = nextPool();
    old.ending.replaceBy(next);
    expect([old.retrying.size, next.retrying.size, Math.round(next.retrying.nextMs)]).toEqual([0, 1, 600]);
    clock.advance(601);
    expect(call.state).toBe('queued');
    expect(launcher.runners).toHaveLength(2);
  });

  it('runs calls again in the new pool whose container is taken away', () => {
    const { submit, launcher, nextPool, old, ended } = replaced();
    submit(1);
    old.ending.replaceBy(nextPool());
    launcher.at(0).end({ kind: 'lost', reason: 'somebody removed it' });
    launcher.at(1).ready();
    launcher.at(1).answer();
    expect(ended(1)).toBe(1);
  });

  it('does not blame the new pool for what its own last containers do', () => {
    const { submit, launcher, nextPool, old, ended } = replaced();
    submit(1);
    const next = nextPool();
    old.ending.replaceBy(next);
    launcher.at(0).end(crashed);
    expect(ended(1)).toBe('container-lost');
    expect(next.trouble.pauseMs).toBe(0);
  });

  it('is forgotten when its last container is gone, and its containers stay counted', async () => {
    const { scheduler, launcher, nextPool, old } = replaced();
    const next = nextPool();
    old.ending.replaceBy(next);
    expect([...scheduler.pools]).toContain(old);
    launcher.at(0).end();
    await old.ending.emptied;
    await Promise.resolve();
    expect([...scheduler.pools]).toEqual([next]);
    expect(scheduler.launched).toBe(1);
  });

  it('stops a container of a class with an exit hook in order, when its call is done', () => {
    const { submit, launcher, nextPool, old } = replaced({ class: { methods: [], hasExit: true } });
    submit(1);
    old.ending.replaceBy(nextPool());
    expect(launcher.at(0).stopped).toBe(false);
    launcher.at(0).answer();
    expect([launcher.at(0).stopped, launcher.at(0).killed]).toEqual([true, false]);
  });

  it('is closed with its app while it drains', async () => {
    const { submit, launcher, nextPool, old, ended, scheduler, clock } = replaced();
    submit(1);
    old.ending.replaceBy(nextPool());
    const closed = scheduler.close();
    clock.advance(CANCEL_GRACE_MS + 1);
    expect([ended(1), launcher.at(0).killed]).toEqual(['cancelled', true]);
    launcher.at(0).end();
    await closed;
  });
});

describe('a pool that is replaced at once', () => {
  it('runs its calls again in the new one, whose containers start when the old ones are gone', async () => {
    const { submit, launcher, nextPool, old, ended } = replaced();
    submit(1);
    const next = nextPool({ minContainers: 1 });
    old.ending.replaceBy(next, { atOnce: true });
    next.open();
    expect([launcher.at(0).killed, launcher.runners.length]).toEqual([true, 1]);
    launcher.at(0).end();
    await old.ending.emptied;
    await Promise.resolve();
    launcher.at(1).ready();
    launcher.at(1).answer();
    expect(ended(1)).toBe(1);
  });

  it('fails a generator whose values are out, instead of giving them twice', () => {
    const { submit, launcher, nextPool, old, outcome } = replaced();
    submit(1, 'f', { stream: { credit: 8, onValue: () => {} } });
    const [call] = launcher.at(0).calls;
    launcher.at(0).value(call as never, Uint8Array.of(1));
    old.ending.replaceBy(nextPool(), { atOnce: true });
    launcher.at(0).end();
    expect(outcome(1)).toMatchObject({
      failure: { kind: 'container-taken', reason: 'another version of the app took its place' },
    });
  });
});

describe('a pool whose function is no more', () => {
  it('fails what waits, and finishes what runs', async () => {
    const { submit, launcher, old, ended } = replaced({ maxContainers: 1 });
    submit(1);
    submit(2);
    old.ending.remove({ kind: 'removed' });
    submit(3);
    await Promise.resolve();
    expect([ended(1), ended(2), ended(3)]).toEqual([undefined, 'removed', 'removed']);
    launcher.at(0).answer();
    expect([ended(1), launcher.at(0).killed]).toEqual([1, true]);
  });

  it('makes no further attempt', () => {
    const retries = { maxRetries: 3, initialDelayMs: 1000, maxDelayMs: 1000, backoffCoefficient: 1 };
    const { submit, launcher, old, ended } = replaced({ retries });
    submit(1);
    old.ending.remove({ kind: 'removed' });
    launcher.at(0).answer({ ok: false });
    expect(ended(1)).toBe('thrown');
  });
});

describe('the first container of a pool', () => {
  it('is started beside others where the host has no room left', async () => {
    const { scheduler, launcher, old } = replaced({ cpu: 4 });
    const spec = { key: 'new', fn: functionManifest({ cpu: 4 }), parameters: new Uint8Array() };
    const next = scheduler.pool(spec, { open: false });
    const proof = next.gate.prove(() => next.containers.launch());
    launcher.at(1).ready();
    expect(await proof).toBeUndefined();
    old.ending.replaceBy(next);
    expect(launcher.at(0).killed).toBe(true);
  });

  it.each([
    [{ kind: 'start-failed', error: new Error('no module') } as const, 'start-failed'],
    [crashed, 'crash-loop'],
    [{ kind: 'start-refused', error: new Error('busy') } as const, 'start-failed'],
    [{ kind: 'lost', reason: 'gone' } as const, 'container-taken'],
  ])('tells why it came to nothing: %o', async (end, kind) => {
    const { launcher, nextPool } = replaced();
    const next = nextPool({ minContainers: 3 });
    const release = next.gate.hold();
    const proof = next.gate.prove(() => next.containers.launch());
    launcher.at(1).end(end);
    expect(await proof).toMatchObject({ kind });
    expect(launcher.runners).toHaveLength(2);
    release();
  });

  it('tells that it was not ready in time', async () => {
    const { launcher, nextPool, clock } = replaced();
    const next = nextPool({ startupTimeoutMs: 500 });
    const release = next.gate.hold();
    const proof = next.gate.prove(() => next.containers.launch());
    clock.advance(501);
    launcher.at(1).end();
    expect(await proof).toEqual({ kind: 'start-timed-out' });
    release();
  });
});

describe('pools of any number of parameters', () => {
  const spec = (n: number) => ({
    key: `p${n}`,
    fn: functionManifest({ scaledownWindowMs: 10 }),
    parameters: Uint8Array.of(n),
    transient: true,
  });

  it('are forgotten when nothing is in them, however many there were', () => {
    const { scheduler, pool } = schedulerBench([{}]);
    for (let n = 0; n < 1000; n++) scheduler.pool(spec(n));
    expect([...scheduler.pools].length).toBeLessThan(200);
    expect([...scheduler.pools]).toContain(pool());
  });

  it('stay while something is in them, or somebody changed them', () => {
    const { scheduler, launcher } = schedulerBench([{}], { cpus: 400, memoryMiB: 1e6 });
    const settled: number[] = [];
    const busy = scheduler.pool(spec(1));
    const call = { id: 'fc-1', method: '', payload: Uint8Array.of(1), onSettled: () => settled.push(1) };
    scheduler.submit(busy, new Call(call));
    const changed = scheduler.pool(spec(2));
    changed.update({ ...changed.fn, maxContainers: 7 });
    for (let n = 3; n < 1000; n++) scheduler.pool(spec(n));
    expect(scheduler.pool(spec(1))).toBe(busy);
    expect(scheduler.pool(spec(2))).toBe(changed);
    launcher.at(0).ready();
    launcher.at(0).answer();
    expect(settled).toEqual([1]);
  });
});

describe('a container that somebody stops', () => {
  it('takes no further call, and ends when its own is done', () => {
    const { submit, launcher, old, ended } = replaced();
    submit(1);
    const [slot] = old.containers.all;
    old.containers.leave(slot as never, 'stopped');
    expect([old.containers.alive, launcher.at(0).killed]).toEqual([0, false]);
    submit(2);
    expect(launcher.runners).toHaveLength(2);
    launcher.at(0).answer();
    expect([ended(1), launcher.at(0).killed]).toEqual([1, true]);
  });

  it('leaves its calls to run again where it ends at once', () => {
    const { submit, launcher, old, ended } = replaced();
    submit(1);
    const [slot] = old.containers.all;
    old.containers.end(slot as never, 'stopped');
    launcher.at(0).end();
    launcher.at(1).ready();
    launcher.at(1).answer();
    expect(ended(1)).toBe(1);
  });
});
