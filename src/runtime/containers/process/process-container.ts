/**
 * One container that is a child process: its channel, what it prints, and how it ends.
 *
 * Invariants
 * - `exited` settles after every byte it wrote was delivered
 * - its own children end with it, as those of a real container do
 */
import type { ChildProcess } from 'node:child_process';
import { constants } from 'node:os';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import type { ExecListener, ExecRequest, RunningExec } from '../../../protocol/exec.ts';
import type {
  ContainerExit,
  ContainerListener,
  ContainerState,
  StartedContainer,
} from '../container-backend.ts';
import { within } from '../within.ts';
import { type ProcessPlace, processExec } from './process-exec.ts';
import { endGroup, isStopped, signalGroup } from './process-group.ts';

/** How long pipes may stay open after the end, in ms: a process that left the group may hold them for ever. */
const PIPES_GRACE_MS = 1_000;

/** The fds of a channel, as every backend numbers them. */
export const CHANNEL_IN_FD = 3;
export const CHANNEL_OUT_FD = 4;

export class ProcessContainer implements StartedContainer {
  readonly id: string;
  readonly exited: Promise<ContainerExit>;
  readonly #pid: number;
  readonly #place: ProcessPlace;
  readonly #channelIn: Writable;
  #ended = false;
  #drained: Promise<void> | undefined;

  /** @param cleanUp removes what the container had on disk, once it is gone */
  constructor(
    child: ChildProcess,
    pid: number,
    place: ProcessPlace,
    listener: ContainerListener,
    cleanUp: () => Promise<void>,
  ) {
    this.#place = place;
    this.#pid = pid;
    this.id = String(pid);
    this.#channelIn = child.stdio[CHANNEL_IN_FD] as Writable;
    this.#listen(child, listener);
    this.exited = this.#untilExited(child, cleanUp);
  }

  async exec(request: ExecRequest, listener: ExecListener): Promise<RunningExec> {
    const running = processExec(request, this.#place, listener);
    void this.exited.then(() => running.release());
    return running;
  }

  write(bytes: Uint8Array): boolean {
    return this.#channelIn.writable ? this.#channelIn.write(bytes) : true;
  }

  drained(): Promise<void> {
    const channel = this.#channelIn;
    if (!channel.writableNeedDrain || channel.destroyed) return Promise.resolve();
    this.#drained ??= new Promise((resolve) => {
      const settle = () => {
        this.#drained = undefined;
        channel.off('drain', settle).off('close', settle);
        resolve();
      };
      channel.on('drain', settle).on('close', settle);
    });
    return this.#drained;
  }

  end(): void {
    this.#channelIn.end();
  }

  async kill(): Promise<void> {
    // Once it is reaped its number may be another's.
    if (!this.#ended) endGroup(this.#pid);
    await this.exited;
  }

  async freeze(): Promise<void> {
    if (!this.#ended) signalGroup(this.#pid, 'SIGSTOP');
    // The signal is on its way: what runs in the kernel stands still a moment later.
    while (!this.#ended && !isStopped(this.#pid)) await delay(1);
  }

  async thaw(): Promise<void> {
    if (!this.#ended) signalGroup(this.#pid, 'SIGCONT');
  }

  async probe(): Promise<ContainerState> {
    if (this.#ended) return 'gone';
    return isStopped(this.#pid) ? 'frozen' : 'running';
  }

  #listen(child: ChildProcess, listener: ContainerListener): void {
    const channelOut = child.stdio[CHANNEL_OUT_FD] as Readable;
    channelOut.on('data', (bytes: Buffer) => listener.onChannel(bytes));
    child.stdout?.on('data', (bytes: Buffer) => listener.onOutput('stdout', bytes));
    child.stderr?.on('data', (bytes: Buffer) => listener.onOutput('stderr', bytes));
    // The pipe to write on is a socket pair: its other direction carries nothing and must be drained to end.
    (child.stdio[CHANNEL_IN_FD] as unknown as Readable).resume();
    // A pipe breaks when its reader is gone; how the process ended says all there is to know.
    for (const stream of child.stdio) stream?.on('error', () => {});
  }

  async #untilExited(child: ChildProcess, cleanUp: () => Promise<void>): Promise<ContainerExit> {
    const closed = new Promise<true>((resolve) => child.once('close', () => resolve(true)));
    const code = await new Promise<number>((resolve) => {
      child.once('exit', (status, signal) =>
        resolve(status ?? 128 + (signal ? constants.signals[signal] : 0)),
      );
    });
    this.#ended = true;
    endGroup(this.#pid);
    if (!(await within(closed, PIPES_GRACE_MS))) for (const stream of child.stdio) stream?.destroy();
    // What cannot be removed now is removed by reapLeftovers, with all the rest of this process.
    await cleanUp().catch(() => {});
    return { code, outOfMemory: false };
  }
}
