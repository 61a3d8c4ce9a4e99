/**
 * One container that an earlier process of the server started, from the moment it is taken back.
 *
 * It waits for the runner's word of what it holds, and puts it into its pool then. What answers come for calls that nobody has
 * asked for yet, it keeps.
 *
 * Invariants
 * - what cannot be taken back is ended, and its calls run again
 * - an answer that nobody asked for is not acknowledged until it is said that nobody will
 */
import { PROTOCOL_VERSION, type RunnerMessage, type RunnerResumed } from '../../protocol/runner-messages.ts';
import { type RunnerListener, RunnerSession } from '../channel/runner-session.ts';
import type { AdoptableContainer, ContainerExit } from '../containers/container-backend.ts';
import type { Call } from '../scheduler/call.ts';
import type { ContainerSlot } from '../scheduler/container-slot.ts';
import type { FunctionPool } from '../scheduler/function-pool.ts';
import type { CallPlace, PoolSpec, RunnerEvents } from '../scheduler/ports.ts';
import type { Scheduler } from '../scheduler/scheduler.ts';
import type { LauncherOptions } from './container-launcher.ts';
import { LaunchedRunner } from './launched-runner.ts';
import { poolDigest, readMemo } from './survival.ts';

type Answer = Extract<RunnerMessage, { type: 'succeeded' | 'failed' }>;

/** How much longer than its calls may run a container may be silent that is taken back, in ms. */
const SILENT_GRACE_MS = 10_000;

export interface AdoptionPorts {
  readonly launcher: LauncherOptions;
  readonly scheduler: Scheduler;
  /** What it holds is known now, or it is gone. */
  onKnown(container: AdoptedContainer): void;
  /** It is gone, with what it held unasked for. */
  onGone(container: AdoptedContainer): void;
}

export class AdoptedContainer implements RunnerListener {
  readonly functionName: string;
  readonly #ports: AdoptionPorts;
  readonly #found: AdoptableContainer;
  /** Calls by their ids that it holds, or has answered, and nobody has asked for. */
  readonly unclaimed = new Map<string, CallPlace>();
  readonly #answers = new Map<number, Answer>();
  #session: RunnerSession | undefined;
  #events: RunnerEvents | undefined;
  #runner: LaunchedRunner | undefined;
  #slot: ContainerSlot | undefined;
  #pool: FunctionPool | undefined;
  #released = false;

  constructor(ports: AdoptionPorts, found: AdoptableContainer) {
    this.#ports = ports;
    this.#found = found;
    this.functionName = found.functionName;
  }

  /** Begins to take it back. Resolves when it was asked what it holds. */
  async take(): Promise<void> {
    const { backend, clock, parts, functions } = this.#ports.launcher;
    try {
      this.#session = await RunnerSession.adopt(backend, this.#found, this);
    } catch {
      await backend.discard(this.#found).catch(() => {});
      return this.#gone();
    }
    const limitMs = (functions.get(this.functionName)?.timeoutMs ?? 0) + SILENT_GRACE_MS;
    clock.after(limitMs, () => {
      if (this.#runner === undefined) void this.#session?.kill().catch(() => {});
    });
  }

  /** The pool that it is in, once it is known what it holds. */
  get pool(): FunctionPool | undefined {
    return this.#pool;
  }

  /** Gives a call to its caller that is here. */
  claim(call: Call, place: CallPlace): void {
    this.unclaimed.delete(call.id);
    this.#pool?.found(this.#slot as ContainerSlot, call, place);
    const answer = this.#answers.get(place.number);
    this.#answers.delete(place.number);
    if (answer !== undefined) this.#events?.onAnswer(answerOf(answer));
  }

  /** Nobody asks for what was not asked for yet. */
  release(): void {
    this.#released = true;
    this.unclaimed.clear();
    for (const number of this.#answers.keys()) this.#runner?.acknowledge(number);
    this.#answers.clear();
  }

  onMessage(message: Exclude<RunnerMessage, { type: 'log' }>): void {
    // What comes before `resumed` comes once more after it.
    if (message.type === 'resumed') return this.#resumed(message);
    if (message.type === 'succeeded' || message.type === 'failed') this.#keep(message);
    this.#runner?.onMessage(message);
  }

  onLog(call: number, source: 'stdout' | 'stderr', bytes: Uint8Array): void {
    this.#runner?.onLog(call, source, bytes);
  }

  onExit(exit: ContainerExit): void {
    this.#gone();
    this.#runner?.onExit(exit);
  }

  #keep(answer: Answer): void {
    for (const { number } of this.unclaimed.values()) {
      if (number === answer.call) this.#answers.set(number, answer);
    }
  }

  #resumed(resumed: RunnerResumed): void {
    const session = this.#session as RunnerSession;
    if (resumed.protocol !== PROTOCOL_VERSION || resumed.memo.length === 0) return void session.kill();
    const { launcher, scheduler } = this.#ports;
    const spec = readMemo(resumed.memo);
    const part = launcher.parts.get(spec.fn.name);
    const outdated = part === undefined || poolDigest(spec, part) !== this.#found.pool;
    if (outdated && resumed.calls.length === 0) return void session.kill();
    for (const [number, id, attempt, elapsedMs] of resumed.calls) {
      this.unclaimed.set(id, { number, attempt, elapsedMs });
    }
    // Calls of another version keep to themselves.
    const own: PoolSpec = outdated ? { ...spec, key: `${spec.key}\0${this.#found.pool}` } : spec;
    const pool = scheduler.pool(own);
    this.#pool = pool;
    this.#slot = pool.adopt({
      running: resumed.running,
      waiting: resumed.waiting,
      lastCall: resumed.lastCall,
      outdated: outdated || !resumed.accepting,
      listenTo: (events) => {
        this.#events = events;
        const keeps = (number: number) => this.#answers.has(number) && !this.#released;
        this.#runner = new LaunchedRunner(launcher, own, events, { session, resumed, keeps });
        return this.#runner;
      },
    });
    this.#ports.onKnown(this);
  }

  #gone(): void {
    this.unclaimed.clear();
    this.#answers.clear();
    this.#ports.onGone(this);
  }
}

function answerOf(message: Answer) {
  const ok = message.type === 'succeeded';
  const bytes = ok ? message.payload : message.error;
  return { number: message.call, ok, bytes, durationUs: message.durationUs };
}
