/**
 * One started container of Docker: its channel, and how it ends.
 *
 * The attached stream carries the channel and stderr; the engine's events tell the exit code. It knows nothing of
 * how the container was made.
 *
 * Invariants
 * - `exited` settles once both are over, the stream and the container, whichever came first, and also where the
 *   engine itself goes away; of a container that we killed, with the end of the stream: every process in it is dead by
 *   then, and what the engine still has to do (its network, its files) is nothing to wait for
 * - a container whose stream is lost is ended: nobody could reach it again
 */
import type { Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type Dockerode from 'dockerode';
import type { ExecListener, ExecRequest, RunningExec } from '../../../protocol/exec.ts';
import type { EnvironmentError, ToolError } from '../../../shared/errors.ts';
import type {
  ContainerExit,
  ContainerListener,
  ContainerState,
  StartedContainer,
} from '../container-backend.ts';
import type { ContainerSpec } from '../container-spec.ts';
import { within } from '../within.ts';
import { NOT_RUN_CODE, PROGRAM_MISSING_CODE } from './container-entry.ts';
import type { DockerClient } from './docker-client.ts';
import {
  imageCannotRun,
  isConflict,
  isGone,
  isUnanswered,
  programMissing,
  translateDockerError,
} from './docker-errors.ts';
import { dockerExec } from './docker-exec.ts';
import type { ContainerFate } from './docker-exits.ts';
import { StdioDemux } from './stdio-demux.ts';

/** Docker's own code for a container whose end it did not see. */
const CODE_UNKNOWN = 255;
const CODE_KILLED = 137;
/** How much later than the end of the stream the event may come, in ms, before the engine is asked. */
const EVENT_GRACE_MS = 1_000;
/** How long the stream may be silent after the container died, in ms, before it counts as over; it ends within 5. */
const SILENCE_MS = 10_000;
/** The same where bytes wait that the container never read: then the engine does not end the stream by itself. */
const SILENCE_BLOCKED_MS = 500;
/** How much later than the death the out-of-memory event may come, in ms; mostly it comes before. */
const OUT_OF_MEMORY_GRACE_MS = 500;
/** How long the engine may take to remove a container that it is removing, in ms. */
const REMOVAL_MS = 20_000;

/** What of a container's spec matters once it runs. */
export interface ContainerTraits extends Pick<ContainerSpec, 'image' | 'command' | 'memoryLimitMiB'> {
  /** There where it can outlive this process. */
  readonly survival?: unknown;
}

export interface DockerContainerParts {
  readonly client: DockerClient;
  readonly id: string;
  readonly spec: ContainerTraits;
  readonly socket: Socket;
  readonly fate: ContainerFate;
  readonly listener: ContainerListener;
  /** Told when the engine could not be asked to end it: it may run on. */
  onLost(id: string): void;
}

export class DockerContainer implements StartedContainer {
  readonly id: string;
  readonly exited: Promise<ContainerExit>;
  readonly #parts: DockerContainerParts;
  readonly #streamEnded: Promise<true>;
  #spoke = false;
  #drained: Promise<void> | undefined;
  #removal: Promise<void> | undefined;
  #letGo = false;

  constructor(parts: DockerContainerParts) {
    this.#parts = parts;
    this.id = parts.id;
    this.#streamEnded = this.#listen();
    this.exited = this.#untilExited();
  }

  /**
   * Breaks the connection to a container that can outlive this process, and leaves it as it is: this one hears no more of it.
   * False where it cannot.
   */
  letGo(): boolean {
    if (this.#parts.spec.survival === undefined) return false;
    this.#letGo = true;
    this.#parts.socket.destroy();
    return true;
  }

  write(bytes: Uint8Array): boolean {
    const { socket } = this.#parts;
    return socket.writable ? socket.write(bytes) : true;
  }

  drained(): Promise<void> {
    const { socket } = this.#parts;
    if (!socket.writableNeedDrain || socket.destroyed) return Promise.resolve();
    this.#drained ??= new Promise((resolve) => {
      const settle = () => {
        this.#drained = undefined;
        socket.off('drain', settle).off('close', settle);
        resolve();
      };
      socket.on('drain', settle).on('close', settle);
    });
    return this.#drained;
  }

  end(): void {
    this.#parts.socket.end();
  }

  kill(): Promise<void> {
    if (this.#removal === undefined) {
      this.#removal = this.#remove();
      // For whoever asked and does not wait: how it ended is told by `exited`.
      this.#removal.catch(() => {});
    }
    return this.#removal;
  }

  /**
   * Ends it at once, and resolves when nothing of it runs any more. The engine removes it by itself, as it does after
   * every end.
   */
  async killed(): Promise<void> {
    const removal = this.kill();
    await Promise.race([this.exited, removal]);
    await this.exited;
  }

  freeze(): Promise<void> {
    return this.#request('freeze a container', (container) => container.pause());
  }

  thaw(): Promise<void> {
    return this.#request('thaw a container', (container) => container.unpause());
  }

  async probe(): Promise<ContainerState> {
    try {
      const { State } = await this.#parts.client.docker.getContainer(this.id).inspect();
      if (!State.Running) return 'gone';
      return State.Paused ? 'frozen' : 'running';
    } catch (error) {
      if (isGone(error)) return 'gone';
      throw this.#translated(error, 'inspect a container');
    }
  }

  exec(request: ExecRequest, listener: ExecListener): Promise<RunningExec> {
    return dockerExec(this.#parts.client, this.id, request, listener);
  }

  /** Resolves when the engine holds nothing of it any more, or does not say so in time. */
  async removed(): Promise<void> {
    await within(this.#parts.fate.removed, REMOVAL_MS);
  }

  async #request(
    action: string,
    request: (container: Dockerode.Container) => Promise<unknown>,
  ): Promise<void> {
    try {
      await request(this.#parts.client.docker.getContainer(this.id));
    } catch (error) {
      throw this.#translated(error, action);
    }
  }

  #translated(error: unknown, action: string): Error {
    return translateDockerError(error, { endpoint: this.#parts.client.endpoint, action });
  }

  #listen(): Promise<true> {
    const { socket, listener } = this.#parts;
    const demux = new StdioDemux((stream, bytes) => {
      if (stream === 'stdout') {
        this.#spoke = true;
        listener.onChannel(bytes);
      } else listener.onOutput('stderr', bytes);
    });
    const ended = new Promise<true>((resolve) => {
      if (socket.closed) resolve(true);
      else socket.once('close', () => resolve(true));
    });
    socket.on('data', (chunk: Buffer) => {
      if (!demux.push(chunk)) socket.destroy();
    });
    // What broke shows in how the container ends; 'close' follows.
    socket.on('error', () => {});
    return ended;
  }

  async #untilExited(): Promise<ContainerExit> {
    const { fate, spec } = this.#parts;
    const streamEnded = await Promise.race([this.#streamEnded, fate.died.then(() => false)]);
    if (this.#letGo) return new Promise(() => {});
    if (streamEnded && this.#removal !== undefined) return { code: CODE_KILLED, outOfMemory: false };
    const code = (await within(fate.died, EVENT_GRACE_MS)) ?? (await this.#askForCode());
    await this.#untilStreamOver();
    if (typeof code !== 'number') {
      return { code: CODE_UNKNOWN, outOfMemory: false, error: code, unseen: true };
    }
    const outOfMemory = code === CODE_KILLED && (await this.#wasOutOfMemory());
    // Whoever spoke on the channel did run, and chose its exit code itself.
    const error = this.#spoke ? undefined : notRun(code, spec);
    if (this.#removal === undefined && this.#parts.fate.interrupted)
      return { code, outOfMemory, unseen: true };
    return error === undefined ? { code, outOfMemory } : { code: NOT_RUN_CODE, outOfMemory, error };
  }

  async #untilStreamOver(): Promise<void> {
    const { socket } = this.#parts;
    let received = -1;
    while (received < socket.bytesRead && !socket.destroyed) {
      received = socket.bytesRead;
      const silenceMs = socket.writableLength > 0 ? SILENCE_BLOCKED_MS : SILENCE_MS;
      if (await within(this.#streamEnded, silenceMs)) return;
      // Time may have passed in a blocked event loop: let what has arrived meanwhile be read first.
      await nextTurn();
      await nextTurn();
    }
    socket.destroy();
  }

  async #wasOutOfMemory(): Promise<boolean> {
    const { fate, spec } = this.#parts;
    if (spec.memoryLimitMiB === undefined) return false;
    const graceMs = this.#removal === undefined ? OUT_OF_MEMORY_GRACE_MS : 0;
    return (await within(fate.outOfMemory, graceMs)) === true;
  }

  /** The stream is over and no event came: the engine restarted, or the connection broke. */
  async #askForCode(): Promise<number | ToolError> {
    const { client, fate } = this.#parts;
    try {
      const { State } = await client.docker.getContainer(this.id).inspect();
      if (!State.Running) return State.ExitCode;
      await this.kill();
      return (await within(fate.died, EVENT_GRACE_MS)) ?? CODE_KILLED;
    } catch (error) {
      // Not there any more: what it did last is not to be known.
      if (isGone(error)) return CODE_UNKNOWN;
      this.#parts.onLost(this.id);
      return translateDockerError(error, { endpoint: client.endpoint, action: 'tell how a container ended' });
    }
  }

  async #remove(): Promise<void> {
    const { client, socket } = this.#parts;
    try {
      await client.docker.getContainer(this.id).remove({ force: true, v: true });
    } catch (error) {
      if (isGone(error)) return;
      // Another removal is under way: Docker's own, after the container ended by itself.
      if (isConflict(error)) return this.removed();
      if (isUnanswered(error)) {
        // No engine, no order to end. Without its channel a program that listens to it ends by itself.
        this.#parts.onLost(this.id);
        socket.destroy();
        return;
      }
      throw this.#translated(error, 'remove a container');
    }
  }
}

/** Why the program was never run, where its exit code says so. */
function notRun(
  code: number,
  { image, command: [program = ''] }: ContainerTraits,
): EnvironmentError | undefined {
  if (code === PROGRAM_MISSING_CODE) return programMissing(image, program);
  return code === NOT_RUN_CODE ? imageCannotRun(image, program) : undefined;
}
