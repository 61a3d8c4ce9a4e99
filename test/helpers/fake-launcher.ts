/**
 * Containers that do what a test tells them, one step at a time.
 */
import type { FunctionManifest } from '../../src/protocol/manifest.ts';
import type {
  DispatchedCall,
  Launcher,
  Runner,
  RunnerEnd,
  RunnerEvents,
} from '../../src/runtime/scheduler/ports.ts';

export class FakeRunner implements Runner {
  readonly id: string;
  readonly fn: FunctionManifest;
  /** Calls it was handed and has not answered, in order. */
  readonly calls: DispatchedCall[] = [];
  readonly cancelled: number[] = [];
  killed = false;
  ended = false;
  readonly #events: RunnerEvents;

  constructor(id: string, fn: FunctionManifest, events: RunnerEvents) {
    this.id = id;
    this.fn = fn;
    this.#events = events;
  }

  submit(call: DispatchedCall): void {
    this.calls.push(call);
  }

  cancel(call: number): void {
    this.cancelled.push(call);
  }

  /** As with a real container, the end is told later: call `end`. */
  kill(): void {
    this.killed = true;
  }

  ready(): void {
    this.#events.onReady();
  }

  /** Answers the call that runs. */
  answer({ ok = true, durationMs = 100 }: { ok?: boolean; durationMs?: number } = {}): DispatchedCall {
    const call = this.calls.shift();
    if (call === undefined) throw new Error(`${this.id} runs no call`);
    this.answerAgain(call, { ok, durationMs });
    return call;
  }

  /** Sends an answer for a call whether or not it is still held. */
  answerAgain(call: DispatchedCall, { ok = true, durationMs = 100 } = {}): void {
    this.#events.onAnswer({ number: call.number, ok, bytes: call.payload, durationUs: durationMs * 1000 });
  }

  end(end: RunnerEnd = { kind: 'exited', code: 137, outOfMemory: false, lastOutput: '' }): void {
    this.ended = true;
    this.#events.onEnd(end);
  }
}

export class FakeLauncher implements Launcher {
  readonly runners: FakeRunner[] = [];

  launch(fn: FunctionManifest, events: RunnerEvents): Runner {
    const runner = new FakeRunner(`ct-${this.runners.length}`, fn, events);
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
