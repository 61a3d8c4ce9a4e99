/**
 * Decides whether a process that was noted down is still the same process.
 *
 * A pid alone is reused by the kernel, so the start time from /proc goes with it. It ends nothing.
 *
 * Invariants
 * - a reused pid is never taken for the noted process
 * - a zombie counts as ended
 */
import { readFileSync } from 'node:fs';

/** A process, safe against reuse of its pid. */
export type ProcessIdentity = {
  pid: number;
  /** Clock ticks after boot, as /proc tells it. */
  startTime: string;
};

/** The process behind `pid` now, or undefined where there is none. */
export function identify(pid: number): ProcessIdentity | undefined {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return undefined;
  }
  // The command name may hold spaces and brackets: count the fields after its last bracket.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state, startTime] = [fields[0], fields[19]];
  if (state === 'Z' || state === 'X' || startTime === undefined) return undefined;
  return { pid, startTime };
}

/** Whether the noted process still runs. */
export function isAlive(noted: ProcessIdentity): boolean {
  return identify(noted.pid)?.startTime === noted.startTime;
}
