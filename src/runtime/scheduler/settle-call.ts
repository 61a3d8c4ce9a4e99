/**
 * Decides what an answer means for the call that it is for.
 */
import type { Call, CallFailure } from './call.ts';
import type { Answer } from './ports.ts';

/**
 * Settles a call by its answer; one that has settled already, or is not there any more, stays as it is.
 *
 * @returns what says when the outcome is safe, where that is not at once
 */
export function settleCall(
  call: Call | undefined,
  answer: Answer,
  attemptFailed: (call: Call, failure: CallFailure) => void | Promise<void>,
): void | Promise<void> {
  if (call === undefined || call.settled) return;
  if (call.expired) return attemptFailed(call, { kind: 'timed-out' });
  if (answer.ok) return call.succeed(answer.bytes);
  return attemptFailed(call, { kind: 'thrown', bytes: answer.bytes });
}
