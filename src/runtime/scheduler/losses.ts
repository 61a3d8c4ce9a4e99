/**
 * Decides what the end of a container means for the calls that ran in it. Pure.
 *
 * Three answers: the pool ended it for one of them, and the others run again; somebody took it away, and all run
 * again, a bounded number of times; or the code in it ended it, and their attempts failed.
 *
 * Invariants
 * - an end that no code in the container could have caused uses up none of the function's retries
 */
import type { Call, CallFailure } from './call.ts';
import type { EndReason } from './container-slot.ts';
import type { RunnerEnd } from './ports.ts';

/** How often one call is run again after its container was taken away. */
export const MAX_LOSSES = 8;

/**
 * The same where the container got a SIGKILL: somebody else's, or that of the call itself, by its own hand or because it
 * makes a host without memory kill. Nobody can tell, and each time costs a container.
 */
export const MAX_KILLS = 3;

export type Verdict =
  /** The pool ended it. */
  | { readonly kind: 'ours' }
  /** Taken away from outside: `failure` is what a call fails with that this happened to oftener than `allowed`. */
  | { readonly kind: 'taken'; readonly failure: CallFailure; readonly allowed: number }
  /** The code in it ended it, or used more memory than there is. */
  | { readonly kind: 'failed'; readonly failure: CallFailure };

/** Exit codes of a process that was sent SIGKILL or SIGTERM: no code of its own does that to itself by accident. */
const KILLED_CODE = 137;
const TAKEN_CODES = new Set([KILLED_CODE, 143]);

/** Whether somebody else ended the container: not its code, and not its limit. */
export function isTaken(end: { readonly code: number; readonly outOfMemory: boolean }): boolean {
  return TAKEN_CODES.has(end.code) && !end.outOfMemory;
}

/** What the end means for the calls that ran. */
export function verdictOnEnd(endedFor: EndReason | undefined, end: RunnerEnd): Verdict {
  if (endedFor !== undefined) return { kind: 'ours' };
  switch (end.kind) {
    case 'lost':
      return { kind: 'taken', failure: { kind: 'container-taken', reason: end.reason }, allowed: MAX_LOSSES };
    case 'exited': {
      const failure: CallFailure = { ...end, kind: 'container-lost' };
      if (!isTaken(end)) return { kind: 'failed', failure };
      return { kind: 'taken', failure, allowed: end.code === KILLED_CODE ? MAX_KILLS : MAX_LOSSES };
    }
    case 'start-failed':
    case 'start-refused':
      return { kind: 'failed', failure: { kind: 'start-failed', error: end.error } };
  }
}

/** What becomes of one call that ran in a container that ended. */
export type Fate =
  | { readonly kind: 'attempt-failed'; readonly failure: CallFailure }
  /** Fails for good, whatever its retries. */
  | { readonly kind: 'give-up'; readonly failure: CallFailure }
  /** Runs again, without this attempt counting. */
  | { readonly kind: 'again'; readonly alone: boolean; readonly failure: CallFailure | undefined };

/** @param shared whether other calls ran beside it: then nobody knows which of them ended the container */
export function fateOf(
  call: Pick<Call, 'expired' | 'losses' | 'alone' | 'values'>,
  endedFor: EndReason | undefined,
  verdict: Verdict,
  shared: boolean,
): Fate {
  if (endedFor === 'timeout' && call.expired)
    return { kind: 'attempt-failed', failure: { kind: 'timed-out' } };
  if (verdict.kind === 'failed' && (!shared || call.alone)) {
    return { kind: 'attempt-failed', failure: verdict.failure };
  }
  if (verdict.kind === 'taken' && call.losses >= verdict.allowed)
    return { kind: 'give-up', failure: verdict.failure };
  const failure = verdict.kind === 'ours' ? undefined : verdict.failure;
  // Its values are out: a second run would give them again.
  if (call.values > 0) return { kind: 'give-up', failure: failure ?? endedByPool(endedFor) };
  const killedAgain = verdict.kind === 'taken' && verdict.allowed === MAX_KILLS && call.losses > 0;
  const suspect = verdict.kind === 'failed' || (endedFor === 'blocked' && call.expired) || killedAgain;
  return { kind: 'again', alone: call.alone || suspect, failure };
}

function endedByPool(endedFor: EndReason | undefined): CallFailure {
  const reasons: Partial<Record<EndReason, string>> = {
    replaced: 'another version of the app took its place',
    stopped: 'its container was stopped',
  };
  const reason = (endedFor && reasons[endedFor]) ?? 'its container was ended because of another call';
  return { kind: 'container-taken', reason };
}

/** What becomes of each of the calls that ran in a container that ended. */
export interface Losses {
  readonly attemptFailed: (readonly [Call, CallFailure])[];
  readonly givenUp: (readonly [Call, CallFailure])[];
  readonly again: Call[];
}

/** Sorts the calls that ran by their fate, and notes it with those that run again. */
export function lossesOn(
  running: readonly Call[],
  endedFor: EndReason | undefined,
  end: RunnerEnd,
  shared: boolean,
): Losses {
  const losses: Losses = { attemptFailed: [], givenUp: [], again: [] };
  const verdict = verdictOnEnd(endedFor, end);
  for (const call of running) {
    if (call.settled) continue;
    const fate = fateOf(call, endedFor, verdict, shared);
    if (verdict.kind === 'taken') call.losses++;
    if (fate.kind === 'attempt-failed') losses.attemptFailed.push([call, fate.failure]);
    else if (fate.kind === 'give-up') losses.givenUp.push([call, fate.failure]);
    else {
      if (fate.failure !== undefined) call.note(fate.failure, false);
      call.alone = fate.alone;
      losses.again.push(call);
    }
  }
  return losses;
}
