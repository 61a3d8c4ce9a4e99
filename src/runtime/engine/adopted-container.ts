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
import type { Cancel } from '../../shared/clock.ts';
import { type RunnerListener, RunnerSession } from '../channel/runner-session.ts';
import type { AdoptableContainer, ContainerExit } from '../containers/container-backend.ts';
import type { ContainerSlot } from '../scheduler/container-slot.ts';
import type { FunctionPool } from '../scheduler/function-pool.ts';
import type { Answer, CallPlace, PoolSpec, RunnerEvents } from '../scheduler/ports.ts';
import type { DeskEntry } from './call-desk.ts';
import type { FunctionParts, LauncherOptions } from './container-launcher.ts';
import { LaunchedRunner } from './launched-runner.ts';
import { poolDigest, readMemo } from './survival.ts';
import type { TargetPools } from './target-pools.ts';

type AnswerMessage = Extract<RunnerMessage, { type: 'succeeded' | 'failed' }>;

export interface AdoptionPorts {
  readonly launcher: LauncherOptions;
  readonly pools: TargetPools;
  /** How long the calls of a function may run; 0 where there is none of that name. */
  timeoutMs(functionName: string): number;
  /** What it holds is known now. */
  onKnown(container: AdoptedContainer): void;
  /** It is gone, with what it held unasked for. */
  onGone(container: AdoptedContainer): void;
}

/** How much longer than its calls may run a container may be silent that is taken back, in ms. */
const SILENT_GRACE_MS = 10_000;

/** A container in its pool. */
interface Taken {
  readonly pool: FunctionPool;
  readonly slot: ContainerSlot;
  readonly runner: LaunchedRunner;
  readonly events: RunnerEvents;
}

export class AdoptedContainer implements RunnerListener {
  readonly functionName: string;
  readonly #ports: AdoptionPorts;
  readonly #found: AdoptableContainer;
  /** Calls by their ids that it holds, or has answered, and nobody has asked for. */
  readonly #unclaimed = new Map<string, CallPlace>();
  /** Answers for those, by number. */
  readonly #answers = new Map<number, Answer>();
  readonly #unclaimedNumbers = new Set<number>();
  #session: RunnerSession | undefined;
  #taken: Taken | undefined;
  #patience: Cancel | undefined;

  constructor(ports: AdoptionPorts, found: AdoptableContainer) {
    this.#ports = ports;
    this.#found = found;
    this.functionName = found.functionName;
  }

  /** Begins to take it back. Resolves when it was asked what it holds. */
  async take(): Promise<void> {
    const { backend, clock, runnerSources } = this.#ports.launcher;
    const longest = Math.max(...Object.values(runnerSources).map(({ length }) => length));
    try {
      this.#session = await RunnerSession.adopt(backend, this.#found, this, 2 * longest);
    } catch {
      await backend.discard(this.#found).catch(() => {});
      return this.#gone();
    }
    if (this.#taken !== undefined) return;
    // A runner whose event loop is blocked answers when it is free again; one that never will must not be waited for.
    const limitMs = this.#ports.timeoutMs(this.functionName) + SILENT_GRACE_MS;
    this.#patience = clock.after(limitMs, () => this.#end());
  }

  /** Whether a call is here that nobody has asked for; then it is its caller's from now on. */
  claim(entry: DeskEntry): boolean {
    const place = this.#unclaimed.get(entry.call.id);
    if (place === undefined || this.#taken === undefined) return false;
    const { pool, slot, events } = this.#taken;
    const answer = this.#answers.get(place.number);
    this.#forget(entry.call.id, place.number);
    entry.pool = pool;
    pool.found(slot, entry.call, place);
    // Not at once: whoever asks has nothing in hand yet that could settle.
    if (answer !== undefined) queueMicrotask(() => events.onAnswer(answer));
    return true;
  }

  /** Nobody asks for what was not asked for yet. */
  release(): void {
    const answered = [...this.#answers.keys()];
    for (const [id, { number }] of [...this.#unclaimed]) this.#forget(id, number);
    for (const number of answered) this.#taken?.runner.acknowledge(number);
  }

  onMessage(message: Exclude<RunnerMessage, { type: 'log' }>): void {
    // What comes before `resumed` comes once more after it.
    if (message.type === 'resumed') return void this.#resumed(message);
    if (message.type === 'succeeded' || message.type === 'failed') this.#keep(message);
    this.#taken?.runner.onMessage(message);
  }

  onLog(call: number, source: 'stdout' | 'stderr', bytes: Uint8Array): void {
    this.#taken?.runner.onLog(call, source, bytes);
  }

  onExit(exit: ContainerExit): void {
    this.#gone();
    this.#taken?.runner.onExit(exit);
  }

  #keep(message: AnswerMessage): void {
    const { call: number, durationUs } = message;
    if (!this.#unclaimedNumbers.has(number)) return;
    const ok = message.type === 'succeeded';
    this.#answers.set(number, { number, ok, bytes: ok ? message.payload : message.error, durationUs });
  }

  #resumed(resumed: RunnerResumed): void {
    const { launcher, pools } = this.#ports;
    const session = this.#session as RunnerSession;
    // Of another dray, or not even told what it is for: nothing in it can be made sense of.
    if (resumed.protocol !== PROTOCOL_VERSION || resumed.memo.length === 0) return void this.#end();
    this.#patience?.();
    for (const [number, id, attempt, elapsedMs] of resumed.calls) {
      this.#unclaimed.set(id, { number, attempt, elapsedMs });
      this.#unclaimedNumbers.add(number);
    }
    const spec = readMemo(resumed.memo);
    const { pool, adopted } = pools.forAdopted(spec, this.#found.pool, (now) => this.#differs(now));
    const keeps = (number: number) => this.#unclaimedNumbers.has(number);
    const heard: { events?: RunnerEvents; runner?: LaunchedRunner } = {};
    const slot = pool.adopt(resumed, (events) => {
      const runner = new LaunchedRunner(launcher, spec, events, { session, resumed, keeps });
      Object.assign(heard, { events, runner });
      return runner;
    });
    this.#taken = { pool, slot, ...(heard as Required<typeof heard>) };
    this.#taken.events.onReady();
    adopted();
    if (!resumed.accepting) pool.containers.leave(slot, 'replaced');
    this.#ports.onKnown(this);
  }

  #differs(now: PoolSpec): boolean {
    return poolDigest(now, now.made as FunctionParts) !== this.#found.pool;
  }

  #forget(id: string, number: number): void {
    this.#unclaimed.delete(id);
    this.#unclaimedNumbers.delete(number);
    this.#answers.delete(number);
  }

  #end(): void {
    this.#session?.kill().catch(() => {
      // Told by its exit.
    });
  }

  #gone(): void {
    this.#patience?.();
    this.#unclaimed.clear();
    this.#unclaimedNumbers.clear();
    this.#answers.clear();
    this.#ports.onGone(this);
  }
}
