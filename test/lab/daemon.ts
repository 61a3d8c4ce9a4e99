/**
 * Starts a program that outlives the process which started it, and ends it again.
 *
 * Daemons get a session of their own, a log file, and a mark in their environment that their children
 * inherit, so that everything a lab started can be found even after its parent was killed.
 * It does not know what the program is; readiness is the caller's question.
 *
 * Invariants
 * - only processes that carry the mark are ever signalled
 * - `endMarked` returns when none of them is left
 */
import { spawn } from 'node:child_process';
import { closeSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { identify, isAlive, type ProcessIdentity } from './process-identity.ts';

const MARK = 'DRAY_LAB_RUN';

/** What to start and where its output goes. */
export type DaemonOptions = {
  command: string;
  args: string[];
  env: Record<string, string>;
  /** Value of the mark: the folder of the lab or of one of its engines. */
  mark: string;
  logFile: string;
};

/** Starts the program and returns at once. */
export function startDaemon({ command, args, env, mark, logFile }: DaemonOptions): ProcessIdentity {
  const log = openSync(logFile, 'a');
  try {
    // Not execa: it ties a process to its parent, and this one must outlive it.
    const child = spawn(command, args, {
      env: { ...process.env, ...env, [MARK]: mark },
      stdio: ['ignore', log, log],
      detached: true,
    });
    child.on('error', () => {});
    child.unref();
    const identity = child.pid === undefined ? undefined : identify(child.pid);
    if (!identity) throw new Error(`${command} could not be started; see ${logFile}`);
    return identity;
  } finally {
    closeSync(log);
  }
}

/** Asks the process to end, then insists after `patienceMs`. */
export async function endDaemon(noted: ProcessIdentity, patienceMs: number): Promise<void> {
  await endAll([noted], patienceMs);
}

/** Ends every process started under this mark or below it, and its children. */
export async function endMarked(mark: string, patienceMs: number): Promise<void> {
  // A second look finds children that were being started during the first.
  for (let look = 0; look < 3; look++) {
    const marked = processesMarked(mark);
    if (marked.length === 0) return;
    await endAll(marked, look === 0 ? patienceMs : 0);
  }
}

/** Ends these processes: SIGTERM first, SIGKILL for those that still run after `patienceMs`. */
export async function endAll(processes: ProcessIdentity[], patienceMs: number): Promise<void> {
  const signal = (name: NodeJS.Signals) => {
    for (const noted of processes) {
      if (!isAlive(noted)) continue;
      try {
        process.kill(noted.pid, name);
      } catch {
        // It ended between the look and the signal.
      }
    }
  };
  signal(patienceMs > 0 ? 'SIGTERM' : 'SIGKILL');
  if (await allEnded(processes, patienceMs || 5000)) return;
  signal('SIGKILL');
  await allEnded(processes, 5000);
}

async function allEnded(processes: ProcessIdentity[], withinMs: number): Promise<boolean> {
  const deadline = Date.now() + withinMs;
  while (processes.some(isAlive)) {
    if (Date.now() > deadline) return false;
    await delay(50);
  }
  return true;
}

function processesMarked(mark: string): ProcessIdentity[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((pid) => carriesMark(pid, mark))
    .map((pid) => identify(Number(pid)))
    .filter((found) => found !== undefined);
}

function carriesMark(pid: string, mark: string): boolean {
  let environment: string;
  try {
    environment = readFileSync(`/proc/${pid}/environ`, 'utf8');
  } catch {
    return false;
  }
  return environment
    .split('\0')
    .some((pair) => pair === `${MARK}=${mark}` || pair.startsWith(`${MARK}=${mark}/`));
}
