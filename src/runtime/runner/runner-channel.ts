/**
 * The runner's end of the channel: frames from fd 3, frames to fd 4.
 *
 * Writes are synchronous as far as the pipe takes them: a result is out of this process before the next
 * call starts, so a call that then kills the process cannot take its neighbour's result along. Only long
 * frames go through the event loop, to keep it free while the engine reads them.
 *
 * Invariants
 * - frames leave in the order of `send`
 * - `flush` returns after everything sent so far is in the pipe; the exit hook relies on it
 * - the end of fd 3 means that nobody is left to work for
 */
import { write, writeSync } from 'node:fs';
import { Socket } from 'node:net';
import { encodeFrame, FrameDecoder } from '../../protocol/frame-codec.ts';
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

export class RunnerChannel {
  /** What does not fit the pipe yet, in order; its head is being written. */
  readonly #pending: Uint8Array[] = [];
  #writing = false;

  /** Starts reading. `onEnd` is told when the engine is gone. */
  listen(onMessage: (message: EngineMessage) => void, onEnd: () => void): void {
    const decoder = new FrameDecoder((head, tail) => onMessage(decodeMessage<EngineMessage>(head, tail)));
    const socket = new Socket({ fd: CHANNEL_IN, readable: true, writable: false });
    socket.on('data', (chunk: Buffer) => decoder.push(chunk));
    socket.on('close', onEnd);
    socket.on('error', onEnd);
  }

  send(message: RunnerMessage): void {
    for (const piece of encodeFrame(encodeMessage(message))) {
      if (this.#pending.length > 0 || piece.length > SYNCHRONOUS_BYTES) {
        this.#pending.push(piece);
        this.#writeNext();
      } else {
        writeFully(piece);
      }
    }
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
