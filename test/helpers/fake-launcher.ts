/**
 * Containers that do what a test tells them, one step at a time.
 */
import type { FunctionManifest } from '../../src/protocol/manifest.ts';
import type {
  DispatchedCall,
  Launcher,
  PoolSpec,
  Runner,
  RunnerEnd,
  RunnerEvents,
} from '../../src/runtime/scheduler/ports.ts';

export class FakeRunner implements Runner {
  readonly id: string;
  readonly spec: PoolSpec;
  readonly fn: FunctionManifest;
  /** Calls it was handed and has not answered, in order, as they were then. */
  readonly calls: DispatchedCall[] = [];
  /** How many calls each batch held. */
  readonly batches: number[] = [];
  readonly cancelled: number[] = [];
  /** Calls whose answers are safe. */
  readonly acknowledged: number[] = [];
  readonly credits: [call: number, count: number][] = [];
  pings = 0;
  frozen = false;
  thaws = 0;
  stopped = false;
  killed = false;
  ended = false;
  readonly #events: RunnerEvents;

  constructor(id: string, spec: PoolSpec, events: RunnerEvents) {
    this.id = id;
    this.spec = spec;
    this.fn = spec.fn;
    this.#events = events;
  }

  submit({ number, id, attempt, method, payload, credit }: DispatchedCall): void {
    if (this.frozen) throw new Error(`${this.id} is frozen and was handed a call`);
    this.calls.push({ number, id, attempt, method, payload, credit });
  }

  submitBatch(calls: readonly DispatchedCall[]): void {
    this.batches.push(calls.length);
    for (const call of calls) this.submit(call);
  }

  credit(call: number, count: number): void {
    this.credits.push([call, count]);
  }

  cancel(call: number): void {
    this.cancelled.push(call);
  }

  acknowledge(call: number): void {
    this.acknowledged.push(call);
  }

  ping(): void {
    this.pings++;
  }

  freeze(): void {
    this.frozen = true;
  }

  thaw(): void {
    this.frozen = false;
    this.thaws++;
  }

  stop(): void {
    this.stopped = true;
  }

  /** As with a real container, the end is told later: call `end`. */
  kill(): void {
    this.killed = true;
  }

  ready(): void {
    this.#events.onReady();
  }

  /** Answers the call that was handed over first, or the n-th. */
  answer({ ok = true, durationMs = 100, nth = 0 } = {}): DispatchedCall {
    const [call] = this.calls.splice(nth, 1);
    if (call === undefined) throw new Error(`${this.id} runs no call ${nth}`);
    this.answerAgain(call, { ok, durationMs });
    return call;
  }

  /** Sends an answer for a call whether or not it is still held. */
  answerAgain(call: DispatchedCall, { ok = true, durationMs = 100 } = {}): void {
    this.#events.onAnswer({ number: call.number, ok, bytes: call.payload, durationUs: durationMs * 1000 });
  }

  value(call: DispatchedCall, bytes: Uint8Array): void {
    this.#events.onValue(call.number, bytes);
  }

  /** Answers a ping. */
  alive(): void {
    this.#events.onAlive();
  }

  /** Its code asks for no further calls. */
  leave(): void {
    this.#events.onLeave();
  }

  end(end: RunnerEnd = { kind: 'exited', code: 137, outOfMemory: false, lastOutput: '' }): void {
    this.ended = true;
    this.#events.onEnd(end);
  }
}

export class FakeLauncher implements Launcher {
  freezes = true;
  readonly runners: FakeRunner[] = [];

  launch(spec: PoolSpec, events: RunnerEvents): Runner {
    const runner = new FakeRunner(`ct-${this.runners.length}`, spec, events);
    this.runners.push(runner);
    return runner;
  }

  /** The runner that was started n-th, from 0. */
  at(index: number): FakeRunner {
    const runner = this.runners[index];
    if (runner === undefined) throw new Error(`only ${this.runners.length} containers were started`);
    return runner;
  }

  /** Those that were neither killed nor ended. */
  get alive(): FakeRunner[] {
    return this.runners.filter((runner) => !runner.killed && !runner.ended);
  }
}
