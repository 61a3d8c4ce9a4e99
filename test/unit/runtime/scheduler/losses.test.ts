import { describe, expect, it } from 'vitest';
import type { RunnerEnd } from '../../../../src/runtime/scheduler/ports.ts';
import { schedulerBench as setUp } from '../../../helpers/scheduler-bench.ts';

const exited = (code: number, outOfMemory = false): RunnerEnd => ({
  kind: 'exited',
  code,
  outOfMemory,
  lastOutput: '',
});
const concurrent = { maxInputs: 3, targetInputs: 3 };

describe('containers that are taken away', () => {
  it.each([
    ['killed', exited(137)],
    ['terminated', exited(143)],
    ['lost', { kind: 'lost', reason: 'it was frozen from outside' } as const],
  ])('run their calls again without counting when %s', (_, end) => {
    const { launcher, submit, ended } = setUp([{ concurrent, maxContainers: 1 }]);
    const calls = [1, 2, 3].map((n) => submit(n));
    launcher.at(0).ready();
    launcher.at(0).end(end);
    launcher.at(1).ready();
    expect(launcher.at(1).calls.map(({ attempt }) => attempt)).toEqual([1, 1, 1]);
    for (const _call of calls) launcher.at(1).answer();
    expect([1, 2, 3].map(ended)).toEqual([1, 2, 3]);
  });

  it.each([
    ['terminated', exited(143), 8],
    ['lost', { kind: 'lost', reason: 'it was frozen from outside' } as const, 8],
    ['killed', exited(137), 3],
  ])('fail a call that is %s again and again, and not before its last new try', (_, end, again) => {
    const { launcher, submit, ended } = setUp();
    const call = submit(1);
    for (let n = 0; n <= again; n++) {
      expect(ended(1)).toBe(undefined);
      launcher.at(n).ready();
      launcher.at(n).end(end);
    }
    expect(ended(1)).toMatch(/^container-/);
    expect(call.failedAttempts).toHaveLength(again + 1);
    expect(launcher.alive).toHaveLength(0);
  });

  it('let a call that kills its container run alone from its second kill on, and spare the others', () => {
    const { launcher, submit, ended } = setUp([{ concurrent, maxContainers: 1 }]);
    for (const n of [1, 2, 3]) submit(n);
    for (const n of [0, 1]) {
      launcher.at(n).ready();
      expect(launcher.at(n).calls).toHaveLength(3);
      launcher.at(n).end(exited(137));
    }
    launcher.at(2).ready();
    expect(launcher.at(2).calls).toHaveLength(1);
    launcher.at(2).end(exited(137));
    launcher.at(3).ready();
    launcher.at(3).end(exited(137));
    expect(ended(1)).toBe('container-lost');
    launcher.at(4).ready();
    launcher.at(4).answer();
    launcher.at(4).answer();
    expect([2, 3].map(ended)).toEqual([2, 3]);
  });

  it('count an exit of the code itself, and an out-of-memory kill', () => {
    for (const end of [exited(1), exited(0), exited(137, true)]) {
      const { launcher, submit, ended } = setUp();
      submit(1);
      launcher.at(0).ready();
      launcher.at(0).end(end);
      expect(ended(1)).toBe('container-lost');
    }
  });

  it('drop what a lost container still answers', () => {
    const { launcher, submit, ended } = setUp();
    submit(1);
    launcher.at(0).ready();
    const [late] = launcher.at(0).calls;
    launcher.at(0).end();
    launcher.at(1).ready();
    if (late !== undefined) launcher.at(0).answerAgain(late);
    expect(ended(1)).toBe(undefined);
    launcher.at(1).answer();
    expect(ended(1)).toBe(1);
  });
});

describe('containers that end under several calls', () => {
  it('run each of them again alone, and blame the one that ends its container again', () => {
    const { launcher, submit, ended } = setUp([{ concurrent, maxContainers: 1 }]);
    for (let n = 1; n <= 3; n++) submit(n);
    launcher.at(0).ready();
    launcher.at(0).end(exited(137, true));
    expect([1, 2, 3].map(ended)).toEqual([undefined, undefined, undefined]);
    launcher.at(1).ready();
    expect(launcher.at(1).calls).toHaveLength(1);
    launcher.at(1).answer();
    expect(launcher.at(1).calls).toHaveLength(1);
    launcher.at(1).end(exited(137, true));
    launcher.at(2).ready();
    launcher.at(2).answer();
    expect([1, 2, 3].map(ended)).toEqual([1, 'container-lost', 3]);
  });

  it('give a call that runs alone no neighbours', () => {
    const { launcher, submit } = setUp([{ concurrent, maxContainers: 1 }]);
    submit(1);
    submit(2);
    launcher.at(0).ready();
    launcher.at(0).end(exited(1));
    launcher.at(1).ready();
    launcher.at(1).answer();
    submit(4);
    expect(launcher.at(1).calls.map(({ payload }) => payload[0])).toEqual([2]);
    launcher.at(1).answer();
    expect(launcher.at(1).calls.map(({ payload }) => payload[0])).toEqual([4]);
  });
});

describe('deadlines of calls that share a container', () => {
  const options = { concurrent, maxContainers: 1, timeoutMs: 1000 };

  it('time out exactly the overdue call while its container gives signs of life', () => {
    const { clock, launcher, submit, ended } = setUp([options]);
    submit(1);
    launcher.at(0).ready();
    clock.advance(500);
    submit(2);
    clock.advance(500);
    expect(launcher.at(0).cancelled).toHaveLength(1);
    expect(launcher.at(0).pings).toBe(1);
    launcher.at(0).alive();
    expect([ended(1), ended(2)]).toEqual(['timed-out', undefined]);
    launcher.at(0).answer({ ok: false });
    launcher.at(0).answer();
    expect(ended(2)).toBe(2);
    clock.advance(10_000);
    expect(launcher.at(0).killed).toBe(false);
  });

  it('end a container whose overdue code goes on, and run exactly the others again', () => {
    const { clock, launcher, submit, ended } = setUp([{ ...options, timeoutMs: 10_000 }]);
    submit(1);
    launcher.at(0).ready();
    clock.advance(5000);
    const sibling = submit(2);
    clock.advance(5000);
    launcher.at(0).alive();
    clock.advance(2000);
    expect(launcher.at(0).killed).toBe(true);
    launcher.at(0).end();
    expect(ended(1)).toBe('timed-out');
    launcher.at(1).ready();
    expect(launcher.at(1).calls.map(({ payload, attempt }) => [payload[0], attempt])).toEqual([[2, 1]]);
    expect(sibling.failedAttempts).toEqual([]);
    launcher.at(1).answer();
    expect(ended(2)).toBe(2);
  });

  it('blame the only overdue call of a container that is silent', () => {
    const { clock, launcher, submit, ended } = setUp([{ ...options, timeoutMs: 10_000 }]);
    submit(1);
    launcher.at(0).ready();
    clock.advance(5000);
    submit(2);
    clock.advance(7000);
    expect(launcher.at(0).killed).toBe(true);
    launcher.at(0).end();
    launcher.at(1).ready();
    launcher.at(1).answer();
    expect([ended(1), ended(2)]).toEqual(['timed-out', 2]);
  });

  it('find out which of several overdue calls blocks by running each alone', () => {
    const { clock, launcher, submit, ended } = setUp([options]);
    for (let n = 1; n <= 3; n++) submit(n);
    launcher.at(0).ready();
    clock.advance(3000);
    expect(launcher.at(0).killed).toBe(true);
    launcher.at(0).end();
    launcher.at(1).ready();
    launcher.at(1).answer();
    clock.advance(1000);
    expect(launcher.at(1).killed).toBe(true);
    launcher.at(1).end();
    launcher.at(2).ready();
    launcher.at(2).answer();
    expect([1, 2, 3].map(ended)).toEqual([1, 'timed-out', 3]);
  });

  it('never take the answer of an abandoned attempt for the next one', () => {
    const retries = { maxRetries: 1, initialDelayMs: 0, maxDelayMs: 0, backoffCoefficient: 1 };
    const { clock, launcher, submit, ended } = setUp([{ ...options, retries }]);
    submit(1);
    launcher.at(0).ready();
    clock.advance(500);
    submit(2);
    clock.advance(500);
    const [abandoned] = launcher.at(0).calls;
    launcher.at(0).alive();
    clock.advance(0);
    expect(launcher.at(0).calls.map(({ payload }) => payload[0])).toEqual([1, 2, 1]);
    if (abandoned !== undefined) launcher.at(0).answerAgain(abandoned);
    expect(ended(1)).toBe(undefined);
    launcher.at(0).answer({ nth: 2 });
    expect(ended(1)).toBe(1);
  });
});

describe('cancelling in a shared container', () => {
  it('runs the others again elsewhere when the code goes on', () => {
    const { clock, launcher, pool, submit, ended } = setUp([{ concurrent, maxContainers: 1 }]);
    const call = submit(1);
    submit(2);
    launcher.at(0).ready();
    pool().cancel(call, false);
    clock.advance(2000);
    launcher.at(0).end();
    launcher.at(1).ready();
    expect(launcher.at(1).calls.map(({ attempt }) => attempt)).toEqual([1]);
    launcher.at(1).answer();
    expect([ended(1), ended(2)]).toEqual(['cancelled', 2]);
  });

  it('ends the container at once when it is told to', () => {
    const { launcher, pool, submit } = setUp();
    const call = submit(1);
    launcher.at(0).ready();
    pool().cancel(call, true);
    expect(launcher.at(0).killed).toBe(true);
  });
});

describe('generators', () => {
  const stream = () => {
    const values: number[] = [];
    return {
      values,
      more: { stream: { credit: 4, onValue: (bytes: Uint8Array) => values.push(bytes[0] ?? 0) } },
    };
  };

  it('get their credit with the call, and more as values are taken', () => {
    const { launcher, submit, ended } = setUp();
    const { values, more } = stream();
    const call = submit(1, 'f', more);
    launcher.at(0).ready();
    const [sent] = launcher.at(0).calls;
    expect(sent?.credit).toBe(4);
    if (sent !== undefined) launcher.at(0).value(sent, Uint8Array.of(7));
    call.grant(1);
    expect(launcher.at(0).credits).toEqual([[call.number, 1]]);
    launcher.at(0).answer();
    expect([values, ended(1)]).toEqual([[7], 1]);
  });

  it('run again after a loss only where no value came', () => {
    const { launcher, submit, ended } = setUp([{ concurrent, maxContainers: 1 }]);
    submit(1, 'f', stream().more);
    submit(2, 'f', stream().more);
    launcher.at(0).ready();
    const [first] = launcher.at(0).calls;
    if (first !== undefined) launcher.at(0).value(first, Uint8Array.of(7));
    launcher.at(0).end();
    expect(ended(1)).toBe('container-lost');
    launcher.at(1).ready();
    launcher.at(1).answer();
    expect(ended(2)).toBe(2);
  });
});
