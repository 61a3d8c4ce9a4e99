/**
 * Says which process owns a container, in a way that a later process can check: does that owner still live?
 *
 * An owner is a machine, a boot of it, a pid and the time that process started, so that neither a reused pid nor
 * another machine on the same engine is mistaken for it. A container with a pid namespace of its own counts as a
 * machine, since its pids mean nothing outside. It ends nothing.
 *
 * Invariants
 * - an owner on another machine is never called dead
 * - same process, same owner
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

export interface Owner {
  /** Hash of what tells this machine from others. */
  readonly machine: string;
  /** Changes with every boot; empty where the system does not tell. */
  readonly boot: string;
  readonly pid: number;
  /** When the process started, as the system tells it; only compared for equality. */
  readonly startedAt: string;
}

/** `alive` and `dead` are certain; `elsewhere` cannot be known from here. */
export type OwnerState = 'alive' | 'dead' | 'elsewhere';

const FORM = /^([0-9a-f]{12})-([0-9a-f]*)-(\d+)-([0-9a-z]*)$/;

/** This process as an owner. */
export function thisOwner(): Owner {
  return { machine: machineId(), boot: bootId(), pid: process.pid, startedAt: startOf(process.pid) ?? '' };
}

/** As a value for a label or a file name. */
export function formatOwner({ machine, boot, pid, startedAt }: Owner): string {
  return `${machine}-${boot}-${pid}-${startedAt}`;
}

/** What formatOwner wrote, or undefined for anything else. */
export function parseOwner(text: string): Owner | undefined {
  const match = FORM.exec(text);
  if (match === null) return undefined;
  const [, machine, boot, pid, startedAt] = match as unknown as [string, string, string, string, string];
  return { machine, boot, pid: Number(pid), startedAt };
}

/** Whether the owner still lives. */
export function ownerState(owner: Owner): OwnerState {
  if (owner.machine !== machineId()) return 'elsewhere';
  if (owner.boot !== bootId()) return 'dead';
  return startOf(owner.pid) === owner.startedAt ? 'alive' : 'dead';
}

/** When a process started, or undefined where there is none (a zombie counts as none). */
export function startOf(pid: number): string | undefined {
  return process.platform === 'linux' ? startFromProc(pid) : startFromPs(pid);
}

function startFromProc(pid: number): string | undefined {
  const stat = readIfThere(`/proc/${pid}/stat`);
  if (stat === undefined) return undefined;
  // The command's name may hold spaces and brackets: count fields after its last bracket.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19];
}

function startFromPs(pid: number): string | undefined {
  const env = { ...process.env, LC_ALL: 'C', TZ: 'UTC' };
  const { stdout, error } = spawnSync('ps', ['-o', 'lstart=', '-p', String(pid)], { env, encoding: 'utf8' });
  if (error !== undefined) return isRunning(pid) ? '' : undefined;
  const started = Date.parse(`${stdout.trim()} UTC`);
  return Number.isNaN(started) ? undefined : String(started);
}

/** The coarse answer where the system has no `ps`. */
function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

let machine: string | undefined;
let boot: string | undefined;

function machineId(): string {
  // A clone of a machine has its id, and a container its image's: the host name and the pid namespace tell them apart.
  machine ??= createHash('sha256')
    .update(JSON.stringify([readIfThere('/etc/machine-id') ?? '', hostname(), pidNamespace()]))
    .digest('hex')
    .slice(0, 12);
  return machine;
}

function bootId(): string {
  boot ??= (readIfThere('/proc/sys/kernel/random/boot_id') ?? '').replaceAll('-', '').trim().slice(0, 8);
  return boot;
}

function pidNamespace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    // No such thing on this system: there is one namespace.
    return '';
  }
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    // Absent and unreadable mean the same here: it says nothing.
    return undefined;
  }
}
