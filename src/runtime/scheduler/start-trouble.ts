/**
 * What starts of a pool's containers came to, and when the next may be tried: acts on crash-breaker.ts.
 *
 * Invariants
 * - after it gave up, nothing is started until a call is submitted
 * - a deployed app never gives up: what waits when a start fails for good fails with it, and the next start is tried
 *   after a pause
 */
import type { Cancel, Clock } from '../../shared/clock.ts';
import type { CallFailure } from './call.ts';
import type { EndReason } from './container-slot.ts';
import { CRASH_LOOP_STARTS, CrashBreaker, type Lifetime } from './crash-breaker.ts';
import type { RunnerEnd } from './ports.ts';

export class StartTrouble {
  readonly #clock: Clock;
  readonly #lifetime: Lifetime;
  readonly #breaker: CrashBreaker;
  readonly #onResume: () => void;
  #gaveUp = false;
  #lastStart: string | undefined;
  #timer: Cancel | undefined;

  /** @param onResume told when another start may be tried */
  constructor(clock: Clock, lifetime: Lifetime, onResume: () => void) {
    this.#clock = clock;
    this.#lifetime = lifetime;
    this.#breaker = new CrashBreaker(lifetime);
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
    const failure = failureOfStart(endedFor, end, CRASH_LOOP_STARTS);
    const isFinal = endedFor === 'startup-timeout' || end.kind === 'start-failed';
    if (isFinal && this.#lifetime === 'ephemeral') return this.#giveUp(failure);
    const now = this.#clock.now();
    const verdict = end.kind === 'start-refused' ? this.#breaker.refused(now) : this.#breaker.crashed(now);
    if (verdict.kind === 'give-up') return this.#giveUp(failure);
    this.#lastStart = endedFor === 'startup-timeout' ? 'a container took too long to start' : inWords(end);
    this.#timer?.();
    this.#timer = this.#clock.after(verdict.ms, this.#onResume);
    return isFinal ? failure : undefined;
  }

  #giveUp(failure: CallFailure): CallFailure {
    this.#gaveUp = true;
    return failure;
  }
}

/** Why a container did not come to serve. @param starts how many ended so in a row */
export function failureOfStart(endedFor: EndReason | undefined, end: RunnerEnd, starts: number): CallFailure {
  if (endedFor === 'startup-timeout') return { kind: 'start-timed-out' };
  switch (end.kind) {
    case 'start-failed':
    case 'start-refused':
      return { kind: 'start-failed', error: end.error };
    case 'exited':
      return { ...end, kind: 'crash-loop', starts };
    case 'lost':
      return { kind: 'container-taken', reason: end.reason };
  }
}

function inWords(end: RunnerEnd): string {
  switch (end.kind) {
    case 'start-failed':
      return `a container could not start (${messageOf(end.error)})`;
    case 'start-refused':
      return messageOf(end.error);
    case 'exited':
      return `a container ended right after its start (exit code ${end.code})`;
    case 'lost':
      return `a container was lost (${end.reason})`;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
