/**
 * Decides what the end of a container means for the calls that ran in it. Pure.
 *
 * Three answers: the pool ended it for one of them, and the others run again; somebody took it away, and all run
 * again, a bounded number of times; or the code in it ended it, and their attempts failed.
 *
 * Invariants
 * - an end that no code in the container could have caused uses up none of the function's retries
 */
import type { CallFailure } from './call.ts';
import type { EndReason } from './container-slot.ts';
import type { RunnerEnd } from './ports.ts';

/** How often one call is run again after its container was taken away. */
export const MAX_LOSSES = 8;

export type Verdict =
  /** The pool ended it. */
  | { readonly kind: 'ours' }
  /** Taken away from outside: `failure` is what a call fails with that this happened to too often. */
  | { readonly kind: 'taken'; readonly failure: CallFailure }
  /** The code in it ended it, or used more memory than there is. */
  | { readonly kind: 'failed'; readonly failure: CallFailure };

/** Exit codes of a process that was sent SIGKILL or SIGTERM: no code of its own does that to itself by accident. */
const TAKEN_CODES = new Set([137, 143]);

/** What the end means for the calls that ran. */
export function verdictOnEnd(endedFor: EndReason | undefined, end: RunnerEnd): Verdict {
  if (endedFor !== undefined) return { kind: 'ours' };
  switch (end.kind) {
    case 'lost':
      return { kind: 'taken', failure: { kind: 'container-taken', reason: end.reason } };
    case 'exited': {
      const failure: CallFailure = { ...end, kind: 'container-lost' };
      return { kind: TAKEN_CODES.has(end.code) && !end.outOfMemory ? 'taken' : 'failed', failure };
    }
    case 'start-failed':
    case 'start-refused':
      return { kind: 'failed', failure: { kind: 'start-failed', error: end.error } };
  }
}
