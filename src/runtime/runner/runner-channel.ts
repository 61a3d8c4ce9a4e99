/**
 * The runner's end of the channel: frames from fd 3, frames to fd 4.
 *
 * Writes are synchronous as far as the pipe takes them: a result is out of this process before the next
 * call starts, so a call that then kills the process cannot take its neighbour's result along. Only long
 * frames go through the event loop, to keep it free while the engine reads them. A container that may outlive its
 * engine has a mark (protocol/resync-mark.ts): then frames are checked, and a new engine can begin afresh.
 *
 * Invariants
 * - frames leave in the order of `send`
 * - `flush` returns after everything sent so far is in the pipe; the exit hook relies on it
 * - the end of fd 3 means that nobody is left to work for
 * - between a hail and the one that says `begin`, nothing that is read counts
 */
import { write, writeSync } from 'node:fs';
import { Socket } from 'node:net';
import { encodeFrame, FrameDecoder } from '../../protocol/frame-codec.ts';
import { encodeHail, type Hail, HailFinder } from '../../protocol/resync-mark.ts';
import {
  decodeMessage,
  type EngineMessage,
  encodeMessage,
  type RunnerMessage,
} from '../../protocol/runner-messages.ts';

const CHANNEL_IN = 3;
const CHANNEL_OUT = 4;

/** Above this a frame is written in the background: about what a pipe holds. */
const SYNCHRONOUS_BYTES = 65_536;

/** How long a channel that is out of step is kept for a new engine to come, in ms. */
const OUT_OF_STEP_MS = 60_000;

export interface ChannelEvents {
  onMessage(message: EngineMessage): void;
  /** A new engine is there, and reads from now on. */
  onResync(): void;
  /** Nobody is there any more. */
  onEnd(): void;
}

export class RunnerChannel {
  readonly #mark: Buffer | undefined;
  /** What does not fit the pipe yet, in order; its head is being written. */
  readonly #pending: Uint8Array[] = [];
  #writing = false;
  /** The nonce of the hail that was echoed last. */
  #hailed: string | undefined;
  #lastHeard = performance.now();

  /** @param mark of a container that may outlive its engine */
  constructor(mark: Buffer | undefined) {
    this.#mark = mark;
  }

  /** Milliseconds since an engine spoke. */
  get silentMs(): number {
    return performance.now() - this.#lastHeard;
  }

  /** Starts reading. */
  listen(events: ChannelEvents): void {
    const socket = new Socket({ fd: CHANNEL_IN, readable: true, writable: false });
    const decoder = new FrameDecoder(
      (head, tail) => events.onMessage(decodeMessage<EngineMessage>(head, tail)),
      this.#mark && (() => this.#outOfStep(decoder, events)),
    );
    const onBytes = this.#bytesTo(decoder, events);
    socket.on('data', (chunk: Buffer) => {
      this.#lastHeard = performance.now();
      onBytes(chunk);
    });
    socket.on('close', () => events.onEnd());
    socket.on('error', () => events.onEnd());
  }

  send(message: RunnerMessage): void {
    for (const piece of encodeFrame(encodeMessage(message), this.#mark !== undefined)) this.#put(piece);
  }

  #put(piece: Uint8Array): void {
    if (this.#pending.length > 0 || piece.length > SYNCHRONOUS_BYTES) {
      this.#pending.push(piece);
      this.#writeNext();
    } else {
      writeFully(piece);
    }
  }

  #bytesTo(decoder: FrameDecoder, { onResync }: ChannelEvents): (bytes: Buffer) => void {
    const mark = this.#mark;
    if (mark === undefined) return (bytes) => decoder.push(bytes);
    const onHail = (hail: Hail) => {
      if (hail.phase === 'hail') {
        decoder.pause();
        this.#hailed = hail.nonce;
        this.#put(encodeHail(mark, hail));
      } else if (hail.nonce === this.#hailed) {
        this.#hailed = undefined;
        decoder.restart();
        onResync();
      }
    };
    const finder = new HailFinder(mark, (bytes) => decoder.push(bytes), onHail);
    return (bytes) => finder.push(bytes);
  }

  /** What an engine wrote half before it died is mended by the next one; anything else is not. */
  #outOfStep(decoder: FrameDecoder, events: ChannelEvents): void {
    setTimeout(() => {
      if (decoder.paused && this.#hailed === undefined) events.onEnd();
    }, OUT_OF_STEP_MS).unref();
  }

  /** Waits, blocking, until everything sent is in the pipe. */
  flush(): void {
    // A background write that has begun ends on its own and would interleave with ours.
    if (this.#writing) return;
    for (const piece of this.#pending.splice(0)) writeFully(piece);
  }

  /** Resolves when everything sent is in the pipe. */
  async drained(): Promise<void> {
    while (this.#pending.length > 0) await new Promise((resolve) => setImmediate(resolve));
  }

  #writeNext(): void {
    const piece = this.#pending[0];
    if (this.#writing || piece === undefined) return;
    this.#writing = true;
    write(CHANNEL_OUT, piece, (error, written) => {
      this.#writing = false;
      if (error !== null && error.code !== 'EAGAIN') return this.#pending.splice(0) && undefined;
      if (error === null && written === piece.length) this.#pending.shift();
      else if (error === null) this.#pending[0] = piece.subarray(written);
      this.#writeNext();
    });
  }
}

/** Writes all of it, waiting while the pipe is full. A reader that is gone ends the process by itself. */
function writeFully(piece: Uint8Array): void {
  for (let at = 0; at < piece.length; ) {
    try {
      at += writeSync(CHANNEL_OUT, piece, at);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EPIPE' || code === 'EBADF') return;
      if (code !== 'EAGAIN') throw error;
      pause(1);
    }
  }
}

const sleeper = new Int32Array(new SharedArrayBuffer(4));

function pause(ms: number): void {
  Atomics.wait(sleeper, 0, 0, ms);
}
