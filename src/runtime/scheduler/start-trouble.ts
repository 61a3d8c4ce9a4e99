/**
 * What starts of a pool's containers came to, and when the next may be tried: acts on crash-breaker.ts.
 *
 * Invariants
 * - after it gave up, nothing is started until a call is submitted
 */
import type { Cancel, Clock } from '../../shared/clock.ts';
import type { CallFailure } from './call.ts';
import type { EndReason } from './container-slot.ts';
import { CRASH_LOOP_STARTS, CrashBreaker } from './crash-breaker.ts';
import type { RunnerEnd } from './ports.ts';

export class StartTrouble {
  readonly #clock: Clock;
  readonly #breaker = new CrashBreaker();
  readonly #onResume: () => void;
  #gaveUp = false;
  #lastStart: string | undefined;
  #timer: Cancel | undefined;

  /** @param onResume told when another start may be tried */
  constructor(clock: Clock, onResume: () => void) {
    this.#clock = clock;
    this.#onResume = onResume;
  }

  get gaveUp(): boolean {
    return this.#gaveUp;
  }

  /** What the last start that came to nothing did, in words. */
  get lastStart(): string | undefined {
    return this.#lastStart;
  }

  /** Milliseconds until another start may be tried. */
  get pauseMs(): number {
    return this.#breaker.pauseLeft(this.#clock.now());
  }

  /** A call is there: worth another try. */
  wanted(): void {
    this.#gaveUp = false;
  }

  started(): void {
    this.#breaker.started();
  }

  served(): void {
    this.#breaker.served();
  }

  /** A start came to nothing. Returns what the waiting calls fail with, undefined where it is tried again. */
  failed(endedFor: EndReason | undefined, end: RunnerEnd): CallFailure | undefined {
    if (endedFor === 'startup-timeout') return this.#giveUp({ kind: 'start-timed-out' });
    if (end.kind === 'start-failed') return this.#giveUp(end);
    const now = this.#clock.now();
    const verdict = end.kind === 'start-refused' ? this.#breaker.refused(now) : this.#breaker.crashed(now);
    if (verdict.kind === 'give-up') return this.#giveUp(failureOf(end));
    this.#lastStart = inWords(end);
    this.#timer?.();
    this.#timer = this.#clock.after(verdict.ms, this.#onResume);
    return undefined;
  }

  #giveUp(failure: CallFailure): CallFailure {
    this.#gaveUp = true;
    return failure;
  }
}

function failureOf(end: Exclude<RunnerEnd, { kind: 'start-failed' }>): CallFailure {
  switch (end.kind) {
    case 'start-refused':
      return { kind: 'start-failed', error: end.error };
    case 'exited':
      return { ...end, kind: 'crash-loop', starts: CRASH_LOOP_STARTS };
    case 'lost':
      return { kind: 'container-taken', reason: end.reason };
  }
}

function inWords(end: Exclude<RunnerEnd, { kind: 'start-failed' }>): string {
  switch (end.kind) {
    case 'start-refused':
      return end.error instanceof Error ? end.error.message : String(end.error);
    case 'exited':
      return `a container ended right after its start (exit code ${end.code})`;
    case 'lost':
      return `a container was lost (${end.reason})`;
  }
}
