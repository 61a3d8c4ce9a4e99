import { describe, expect, it } from 'vitest';
import { Call, type CallOutcome } from '../../../../src/runtime/scheduler/call.ts';
import type { ContainerSlot } from '../../../../src/runtime/scheduler/container-slot.ts';
import type { FunctionPool } from '../../../../src/runtime/scheduler/function-pool.ts';
import type { HeldCalls, RunnerEvents } from '../../../../src/runtime/scheduler/ports.ts';
import { FakeRunner } from '../../../helpers/fake-launcher.ts';
import { schedulerBench } from '../../../helpers/scheduler-bench.ts';

const NOTHING: HeldCalls = { running: [], waiting: [], lastCall: 0 };

/** Has a pool adopt a container that holds calls. */
function adopt(pool: FunctionPool, held: Partial<HeldCalls> = {}) {
  let events: RunnerEvents | undefined;
  let runner: FakeRunner | undefined;
  const slot = pool.adopt({ ...NOTHING, ...held }, (given) => {
    events = given;
    runner = new FakeRunner('ct-adopted', { key: 'f', fn: pool.fn, parameters: new Uint8Array() }, given);
    return runner;
  });
  (events as RunnerEvents).onReady();
  return { slot, runner: runner as FakeRunner, events: events as RunnerEvents };
}

function newCall(onSettled: (outcome: CallOutcome) => unknown = () => {}) {
  return new Call({ id: 'fc-x', method: '', payload: Uint8Array.of(7), onSettled });
}

const answer = (number: number, ok = true) => ({
  number,
  ok,
  bytes: Uint8Array.of(number),
  durationUs: 1000,
});

/** Claims a call that runs for so long already. */
function find(
  pool: FunctionPool,
  slot: ContainerSlot,
  call: Call,
  number: number,
  elapsedMs = 0,
  attempt = 1,
) {
  pool.found(slot, call, { number, attempt, elapsedMs });
}

describe('a container that an earlier process started', () => {
  it('takes calls that wait, as one that became ready', () => {
    const bench = schedulerBench([{ maxContainers: 1 }]);
    const { runner } = adopt(bench.pool());
    bench.submit(1);
    expect(runner.calls.map(({ id }) => id)).toEqual(['fc-1']);
    expect(bench.launcher.runners).toHaveLength(0);
  });

  it('numbers its calls on from those that it had', () => {
    const bench = schedulerBench([{ maxContainers: 1 }]);
    const { runner } = adopt(bench.pool(), { lastCall: 41 });
    bench.submit(1);
    expect(runner.calls.map(({ number }) => number)).toEqual([42]);
  });

  it('has room for no more than what it holds leaves', () => {
    const bench = schedulerBench([{ maxContainers: 1 }]);
    const { runner, events } = adopt(bench.pool(), { running: [[3]], lastCall: 3 });
    bench.submit(1);
    expect(runner.calls).toHaveLength(0);
    events.onAnswer(answer(3));
    expect(runner.calls.map(({ id }) => id)).toEqual(['fc-1']);
  });

  it('settles a call that is found in it, with its answer, and says then that it is safe', async () => {
    const bench = schedulerBench([{}]);
    const { slot, runner, events } = adopt(bench.pool(), { running: [[3]], lastCall: 3 });
    const kept = Promise.withResolvers<void>();
    const outcomes: CallOutcome[] = [];
    const call = newCall((outcome) => {
      outcomes.push(outcome);
      return kept.promise;
    });
    find(bench.pool(), slot, call, 3);
    expect(call.state).toBe('running');
    events.onAnswer(answer(3));
    expect(outcomes).toEqual([{ ok: true, bytes: Uint8Array.of(3) }]);
    expect(runner.acknowledged).toEqual([]);
    kept.resolve();
    await kept.promise;
    await Promise.resolve();
    expect(runner.acknowledged).toEqual([3]);
  });

  it('is not told that an answer is safe which could not be kept', async () => {
    const bench = schedulerBench([{}]);
    const { slot, runner, events } = adopt(bench.pool(), { running: [[3]], lastCall: 3 });
    find(
      bench.pool(),
      slot,
      newCall(() => Promise.reject(new Error('disk full'))),
      3,
    );
    events.onAnswer(answer(3));
    await new Promise((resolve) => setImmediate(resolve));
    expect(runner.acknowledged).toEqual([]);
  });

  it('holds the deadline of a call by when it began', () => {
    const bench = schedulerBench([{ timeoutMs: 1000 }]);
    const { slot, runner } = adopt(bench.pool(), { running: [[3]], lastCall: 3 });
    find(bench.pool(), slot, newCall(), 3, 900);
    bench.clock.advance(99);
    expect(runner.killed).toBe(false);
    bench.clock.advance(2);
    expect(runner.killed).toBe(true);
  });

  it('holds the earliest deadline, in whatever order calls were found', () => {
    const bench = schedulerBench([{ timeoutMs: 1000, concurrent: { maxInputs: 2, targetInputs: 2 } }]);
    const { slot, runner } = adopt(bench.pool(), { running: [[3], [4]], lastCall: 4 });
    find(bench.pool(), slot, newCall(), 3, 100);
    find(bench.pool(), slot, newCall(), 4, 800);
    bench.clock.advance(201);
    expect(runner.cancelled).toEqual([4]);
  });

  it('lets a call that waited in it begin in its turn', () => {
    const bench = schedulerBench([{}]);
    const { slot, events } = adopt(bench.pool(), { running: [[3]], waiting: [[4]], lastCall: 4 });
    const call = newCall();
    find(bench.pool(), slot, call, 4);
    expect(call.state).toBe('starting');
    events.onAnswer(answer(3));
    expect(call.state).toBe('running');
  });

  it('that ends gives back the calls that were found, and none that were not', () => {
    const bench = schedulerBench([{}]);
    const { slot, runner } = adopt(bench.pool(), { running: [[3], [5]], waiting: [[4]], lastCall: 5 });
    const call = newCall();
    find(bench.pool(), slot, call, 3);
    runner.end({ kind: 'lost', reason: 'removed' });
    expect(call.state).toBe('queued');
    expect(bench.pool().dispatched).toBe(0);
    bench.launcher.at(0).ready();
    expect(bench.launcher.at(0).calls.map(({ id }) => id)).toEqual(['fc-x']);
  });

  it('counts the attempts that a call had before', () => {
    const bench = schedulerBench([{}]);
    const { slot } = adopt(bench.pool(), { running: [[3]], lastCall: 3 });
    const call = newCall();
    find(bench.pool(), slot, call, 3, 0, 2);
    expect(call.attempt).toBe(2);
  });

  it('takes an answer that came before its call was asked for', () => {
    const bench = schedulerBench([{}]);
    const { slot, events } = adopt(bench.pool(), { running: [[3]], lastCall: 3 });
    events.onAnswer(answer(3));
    const call = newCall();
    find(bench.pool(), slot, call, 3);
    events.onAnswer(answer(3));
    expect(call.state).toBe('succeeded');
    expect(bench.pool().dispatched).toBe(0);
  });

  it('counts nothing twice when all that it held has answered', () => {
    const bench = schedulerBench([{}]);
    const { events, slot } = adopt(bench.pool(), { running: [[1, 2], [3]], waiting: [[4]], lastCall: 4 });
    for (const number of [1, 2, 3, 4]) events.onAnswer(answer(number));
    expect(bench.pool().dispatched).toBe(0);
    expect(slot.load).toBe(0);
    expect(slot.idle).toBe(true);
  });
});
