/**
 * The engine's end of the channel to one container: bytes on one side, messages on the other.
 *
 * It boots the runner, or takes back one that another process booted, sends messages in batches, and reports what comes
 * back. It decides nothing: what a result or an exit means for a call is the scheduler's work.
 *
 * Invariants
 * - the first message of a runner that is taken back is `resumed`
 * - messages sent in one turn of the event loop leave in one write
 * - `onExit` comes once, after every message that the runner managed to send
 */
import { randomBytes } from 'node:crypto';
import type { ExecListener, ExecRequest, RunningExec } from '../../protocol/exec.ts';
import { encodeFrame, FrameDecoder } from '../../protocol/frame-codec.ts';
import { encodeHail, HailFinder } from '../../protocol/resync-mark.ts';
import {
  decodeMessage,
  type EngineMessage,
  encodeMessage,
  type LogSource,
  type RunnerMessage,
} from '../../protocol/runner-messages.ts';
import type {
  AdoptableContainer,
  ContainerBackend,
  ContainerExit,
  ContainerState,
  StartedContainer,
} from '../containers/container-backend.ts';
import type { ContainerSpec } from '../containers/container-spec.ts';
import { bootstrapBytes } from './bootstrap.ts';

export interface RunnerListener {
  onMessage(message: Exclude<RunnerMessage, { type: 'log' }>): void;
  /** Something was printed; `call` is 0 where no call can be told. */
  onLog(call: number, source: LogSource, bytes: Uint8Array): void;
  onExit(exit: ContainerExit): void;
}

export class RunnerSession {
  readonly #container: StartedContainer;
  readonly #checked: boolean;
  #batch: Uint8Array[] = [];
  #ended = false;

  private constructor(container: StartedContainer, checked: boolean, listener: RunnerListener) {
    this.#container = container;
    this.#checked = checked;
    void container.exited.then((exit) => {
      this.#ended = true;
      listener.onExit(exit);
    });
  }

  /** Starts a container and its runner. Rejects with the backend's EnvironmentError. */
  static async start(
    backend: ContainerBackend,
    spec: ContainerSpec,
    runnerSource: Uint8Array,
    listener: RunnerListener,
  ): Promise<RunnerSession> {
    const checked = spec.survival !== undefined;
    let session: RunnerSession | undefined;
    const decoder = decoderFor(listener, checked ? () => void session?.kill().catch(() => {}) : undefined);
    const container = await backend.start(spec, {
      onChannel: (bytes) => decoder.push(bytes),
      onOutput: (source, bytes) => listener.onLog(0, source, bytes),
    });
    session = new RunnerSession(container, checked, listener);
    container.write(bootstrapBytes(runnerSource));
    return session;
  }

  /**
   * Takes back the runner of a container that outlived the process which started it. It answers when its event loop is
   * free. Rejects with the backend's EnvironmentError.
   *
   * @param runnerBytes more than any runner is long. One that did not arrive whole is ended by getting that many zeros for the
   *   rest of itself; one that did drops them
   */
  static async adopt(
    backend: ContainerBackend,
    found: AdoptableContainer,
    listener: RunnerListener,
    runnerBytes: number,
  ): Promise<RunnerSession> {
    const mark = Buffer.from(found.mark, 'hex');
    const nonce = randomBytes(8).toString('hex');
    let session: RunnerSession | undefined;
    const decoder = decoderFor(listener, () => void session?.kill().catch(() => {}));
    // Whatever comes before the echo is the end of something whose beginning nobody has.
    decoder.pause();
    const finder = new HailFinder(
      mark,
      (bytes) => decoder.push(bytes),
      (hail) => {
        if (hail.nonce !== nonce || !decoder.paused) return;
        decoder.restart();
        setTimeout(() => container.write(encodeHail(mark, { nonce, phase: 'begin' })), SETTLE_MS);
      },
    );
    const container = await backend.adopt(found, {
      onChannel: (bytes) => finder.push(bytes),
      onOutput: (source, bytes) => listener.onLog(0, source, bytes),
    });
    session = new RunnerSession(container, true, listener);
    container.write(encodeHail(mark, { nonce, phase: 'hail' }));
    container.write(Buffer.alloc(runnerBytes));
    return session;
  }

  /** The backend's id of the container. */
  get containerId(): string {
    return this.#container.id;
  }

  send(message: EngineMessage): void {
    if (this.#ended) return;
    if (this.#batch.length === 0) queueMicrotask(() => this.#flush());
    this.#batch.push(...encodeFrame(encodeMessage(message), this.#checked));
  }

  /** Ends the container at once. */
  kill(): Promise<void> {
    return this.#container.kill();
  }

  /** Halts it; see the port. */
  freeze(): Promise<void> {
    return this.#container.freeze();
  }

  thaw(): Promise<void> {
    return this.#container.thaw();
  }

  /** Runs a command beside it; see the port. */
  exec(request: ExecRequest, listener: ExecListener): Promise<RunningExec> {
    return this.#container.exec(request, listener);
  }

  /** How it stands, by its backend. */
  probe(): Promise<ContainerState> {
    return this.#container.probe();
  }

  #flush(): void {
    const batch = this.#batch;
    this.#batch = [];
    if (this.#ended) return;
    let small: Uint8Array[] = [];
    for (const piece of batch) {
      // Long pieces are not copied into a joined write.
      if (piece.length > JOINED_BYTES) {
        this.#write(small);
        small = [];
        this.#container.write(piece);
      } else small.push(piece);
    }
    this.#write(small);
  }

  #write(pieces: Uint8Array[]): void {
    const [only] = pieces;
    if (only === undefined) return;
    this.#container.write(pieces.length === 1 ? only : Buffer.concat(pieces));
  }
}

const JOINED_BYTES = 65_536;

/**
 * How long what another process wrote to a runner may still be on its way after the runner reads again, in ms: Docker passes
 * it on at once, and what is read until the second hail is dropped.
 */
const SETTLE_MS = 100;

/** Gives messages to a listener. @param onBroken given, frames are checked */
function decoderFor(listener: RunnerListener, onBroken: (() => void) | undefined): FrameDecoder {
  return new FrameDecoder((head, tail) => {
    const message = decodeMessage<RunnerMessage>(head, tail);
    if (message.type === 'log') listener.onLog(message.call, message.source, message.bytes);
    else listener.onMessage(message);
  }, onBroken);
}
