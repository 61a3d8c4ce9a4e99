/**
 * Ends or halts a process together with the children it started.
 *
 * A child started `detached` leads a group of its own with its pid for a number; Windows has no such thing, there the
 * process alone is ended.
 */

import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Ends the group at once, also where it is halted. Returns false where there was nothing to end. */
export function endGroup(pid: number): boolean {
  return signalGroup(pid, 'SIGKILL');
}

/** Sends a signal to the group. Returns false where there was nobody to receive it. */
export function signalGroup(pid: number, signal: NodeJS.Signals): boolean {
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, signal);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // EPERM: what is left became another user's, or is a zombie (macOS).
    if (code === 'ESRCH' || code === 'EPERM') return false;
    throw error;
  }
}

/** Whether a process stands still because it was told to. */
export function isStopped(pid: number): boolean {
  if (process.platform !== 'linux') {
    const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' });
    return (stdout ?? '').startsWith('T');
  }
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The command's name may hold spaces and brackets: the state follows its last bracket.
    return stat[stat.lastIndexOf(')') + 2] === 'T';
  } catch {
    // Gone between the two looks; its exit is about to be told.
    return false;
  }
}
