/**
 * Tells which calls of a container are overdue. Pure, but for marking them.
 */
import type { Call } from './call.ts';

/**
 * Calls that began at `begunBy` or before, now marked as expired; and when the first of the others began.
 *
 * @param inOrder whether they come in the order they began in, so that the first one in time ends the search
 */
export function overdueAmong(
  running: Iterable<Call>,
  begunBy: number,
  inOrder: boolean,
): { readonly overdue: Call[]; readonly nextStart: number | undefined } {
  const overdue: Call[] = [];
  let nextStart: number | undefined;
  for (const call of running) {
    if (call.expired) continue;
    if (call.startedAt > begunBy) {
      nextStart = Math.min(nextStart ?? call.startedAt, call.startedAt);
      if (inOrder) break;
    } else {
      call.expired = true;
      overdue.push(call);
    }
  }
  return { overdue, nextStart };
}
