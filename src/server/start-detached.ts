/**
 * Starts a server as a process of its own on this machine, and waits until it answers.
 *
 * Invariants
 * - two commands that start one at the same time end up with the same one
 * - what it prints goes to a file that its owner alone can read
 */
import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { EnvironmentError } from '../shared/errors.ts';
import { runningServer, type ServerRecord } from './server-record.ts';

const LOOK_EVERY_MS = 20;
const GIVE_UP_MS = 60_000;
/** Of what it printed, this much is shown where it does not start. */
const SHOWN_LINES = 20;

export interface DetachedOptions {
  /** Further arguments of `dray server start`. */
  readonly arguments: readonly string[];
  readonly signal: AbortSignal;
}

export interface DetachedServer {
  readonly record: ServerRecord;
  readonly logFile: string;
  /** False where another command was faster, and that one's server runs. */
  readonly isOurs: boolean;
}

/** The log of a server that was started like this. */
export function serverLogFile(dataFolder: string): string {
  return path.join(dataFolder, 'server.log');
}

/** Starts it. Throws SERVER_NOT_STARTED with what it printed. */
export async function startDetached(dataFolder: string, options: DetachedOptions): Promise<DetachedServer> {
  mkdirSync(dataFolder, { recursive: true, mode: 0o700 });
  const logFile = serverLogFile(dataFolder);
  const log = openSync(logFile, 'w', 0o600);
  const program = [
    process.argv[1] as string,
    'server',
    'start',
    '--detached',
    '--quiet',
    ...options.arguments,
  ];
  const child = spawn(process.execPath, program, {
    cwd: dataFolder,
    detached: true,
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  child.unref();
  let ended: string | undefined;
  child.once('error', (error) => {
    ended = error.message;
  });
  child.once('exit', (code, signal) => {
    ended = `it ended with ${code ?? signal}`;
  });
  const deadline = performance.now() + GIVE_UP_MS;
  for (;;) {
    // Whoever's it is: one that lost the race ends by itself.
    const record = runningServer(dataFolder);
    if (record !== undefined) return { record, logFile, isOurs: record.pid === child.pid };
    if (ended !== undefined) throw notStarted(ended, logFile);
    if (performance.now() > deadline) throw notStarted('it does not answer', logFile);
    await delay(LOOK_EVERY_MS, undefined, { signal: options.signal });
  }
}

function notStarted(why: string, logFile: string): EnvironmentError {
  const printed = readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-SHOWN_LINES).join('\n');
  return new EnvironmentError('SERVER_NOT_STARTED', `no server could be started on this machine: ${why}`, {
    suggestions: ['start it where you can see it: dray server start', 'or name another: DRAY_SERVER_URL'],
    ...(printed !== '' && { details: printed }),
  });
}
