/**
 * A WebSocket that carries the frames of the channel: messages in, messages out, as on the streams of containers.
 *
 * What is sent in one turn of the event loop leaves in one message of the WebSocket, whose borders mean nothing: both
 * ends read one sequence of bytes.
 *
 * Invariants
 * - `onClose` is told once, and nothing after it
 * - a peer that shows no sign of life for two intervals is gone
 * - while the peer does not take what it was sent, nothing is read from it
 */
import type { WebSocket } from 'ws';
import { encodeFrame, FrameDecoder } from '../protocol/frame-codec.ts';
import {
  decodeMessage,
  type EngineMessage,
  encodeMessage,
  type RunnerMessage,
} from '../protocol/runner-messages.ts';
import { MAX_PAYLOAD_BYTES } from '../protocol/value-codec.ts';

/** Largest message of the WebSocket: a frame with the largest payload. */
export const MAX_MESSAGE_BYTES = MAX_PAYLOAD_BYTES + 131_072;

/** Pieces up to here are joined into one message. */
const JOINED_BYTES = 262_144;

/** Above this the peer is not read from; below the other it is again. */
const HIGH_BYTES = 8_388_608;
const LOW_BYTES = 1_048_576;

/** Between two signs of life. */
const BEAT_MS = 15_000;

/** Codes of RFC 6455 §7.4.1, and one of our own for a token that is no longer good. */
export const CloseCode = { normal: 1000, goingAway: 1001, malformed: 1007, tokenRefused: 4401 } as const;

export interface FrameSocketListener<In> {
  /** What it throws closes the socket: the message makes no sense. */
  onMessage(message: In): void;
  onClose(code: number): void;
}

export class FrameSocket<In extends EngineMessage | RunnerMessage> {
  readonly #socket: WebSocket;
  readonly #beat: NodeJS.Timeout;
  #pieces: Uint8Array[] = [];
  #scheduled = false;
  #unsent = 0;
  #alive = true;

  constructor(socket: WebSocket, listener: FrameSocketListener<In>) {
    this.#socket = socket;
    const decoder = new FrameDecoder((head, tail) => listener.onMessage(decodeMessage<In>(head, tail)));
    socket.on('message', (data: Buffer) => {
      this.#alive = true;
      try {
        decoder.push(data);
      } catch {
        this.close(CloseCode.malformed);
      }
    });
    socket.on('pong', () => {
      this.#alive = true;
    });
    socket.on('ping', () => {
      this.#alive = true;
    });
    // Its `close` follows.
    socket.on('error', () => {});
    socket.once('close', (code) => {
      clearInterval(this.#beat);
      listener.onClose(code);
    });
    this.#beat = setInterval(() => this.#check(), BEAT_MS);
    this.#beat.unref();
  }

  send(message: EngineMessage | RunnerMessage): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    this.#pieces.push(...encodeFrame(encodeMessage(message)));
    if (this.#scheduled) return;
    this.#scheduled = true;
    queueMicrotask(() => this.#flush());
  }

  /** Ends it in order: what was sent before arrives. */
  close(code: number): void {
    this.#flush();
    // One that is not read from would never see the other's goodbye.
    this.#socket.resume();
    this.#socket.close(code);
  }

  /** Ends it at once. */
  terminate(): void {
    this.#socket.terminate();
  }

  #flush(): void {
    this.#scheduled = false;
    const pieces = this.#pieces;
    this.#pieces = [];
    for (let at = 0; at < pieces.length; ) {
      const from = at;
      let bytes = (pieces[at++] as Uint8Array).length;
      while (at < pieces.length && bytes + (pieces[at] as Uint8Array).length <= JOINED_BYTES) {
        bytes += (pieces[at++] as Uint8Array).length;
      }
      this.#write(at - from === 1 ? (pieces[from] as Uint8Array) : Buffer.concat(pieces.slice(from, at)));
    }
  }

  #write(bytes: Uint8Array): void {
    this.#unsent += bytes.length;
    if (this.#unsent > HIGH_BYTES) this.#socket.pause();
    this.#socket.send(bytes, () => {
      this.#unsent -= bytes.length;
      if (this.#socket.isPaused && this.#unsent <= LOW_BYTES) this.#socket.resume();
    });
  }

  #check(): void {
    // One that is not read from cannot show that it lives: whether it takes what it was sent shows it.
    if (!this.#alive && !this.#socket.isPaused) {
      this.terminate();
      return;
    }
    this.#alive = false;
    this.#socket.ping();
  }
}
