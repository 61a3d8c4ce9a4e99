/**
 * Frames: how messages are cut out of a byte stream.
 *
 * A frame is 6 bytes (length of what follows, 32 bits; length of the head in it, 16 bits; little endian),
 * then the head, then the tail. Small frames are joined, so that a burst of calls is one write.
 *
 * Invariants
 * - a tail is neither copied to be sent nor copied more than once when received
 * - a decoder holds at most one unfinished frame; a length beyond MAX_FRAME_BYTES ends the channel
 */

import type { EncodedMessage } from './runner-messages.ts';
import { MAX_PAYLOAD_BYTES } from './value-codec.ts';

const PREFIX_BYTES = 6;

/** A payload, its head, and room for what the code of an app's bundle may weigh. */
const MAX_FRAME_BYTES = MAX_PAYLOAD_BYTES + 65_536;

/** Tails up to here are copied next to their head; longer ones are written on their own. */
const JOINED_TAIL_BYTES = 16_384;

/** The pieces of a frame, to be written in order. */
export function encodeFrame({ head, tail }: EncodedMessage): Uint8Array[] {
  const tailBytes = tail?.length ?? 0;
  const joined = tailBytes <= JOINED_TAIL_BYTES;
  const first = Buffer.allocUnsafe(PREFIX_BYTES + head.length + (joined ? tailBytes : 0));
  first.writeUInt32LE(head.length + tailBytes, 0);
  first.writeUInt16LE(head.length, 4);
  first.set(head, PREFIX_BYTES);
  if (tail === undefined) return [first];
  if (!joined) return [first, tail];
  first.set(tail, PREFIX_BYTES + head.length);
  return [first];
}

/** Cuts a byte stream into frames; give it every chunk in order. */
export class FrameDecoder {
  readonly #onFrame: (head: Buffer, tail: Buffer) => void;
  /** The frame that has begun, prefix included, or the beginning of a prefix. */
  #partial: Buffer | undefined;
  #filled = 0;

  constructor(onFrame: (head: Buffer, tail: Buffer) => void) {
    this.#onFrame = onFrame;
  }

  push(chunk: Buffer): void {
    let rest = chunk;
    while (rest.length > 0) {
      if (this.#partial !== undefined) rest = this.#fill(rest);
      else rest = this.#take(rest);
    }
  }

  /** Emits the frame that the chunk starts with, or keeps its beginning; returns what is left. */
  #take(chunk: Buffer): Buffer {
    if (chunk.length < PREFIX_BYTES || chunk.length < frameBytes(chunk)) {
      this.#begin(chunk);
      return chunk.subarray(chunk.length);
    }
    const size = frameBytes(chunk);
    this.#emit(chunk.subarray(0, size));
    return chunk.subarray(size);
  }

  #begin(start: Buffer): void {
    const size = start.length < PREFIX_BYTES ? PREFIX_BYTES : frameBytes(start);
    this.#partial = Buffer.allocUnsafe(size);
    this.#filled = start.copy(this.#partial);
  }

  /** Adds to the unfinished frame; returns what is left of the chunk. */
  #fill(chunk: Buffer): Buffer {
    const partial = this.#partial as Buffer;
    const taken = chunk.copy(partial, this.#filled);
    this.#filled += taken;
    if (this.#filled === partial.length) {
      this.#partial = undefined;
      // Only the prefix was there so far: now the size is known.
      if (partial.length === PREFIX_BYTES && frameBytes(partial) > PREFIX_BYTES) this.#begin(partial);
      else this.#emit(partial);
    }
    return chunk.subarray(taken);
  }

  #emit(frame: Buffer): void {
    const headEnd = PREFIX_BYTES + frame.readUInt16LE(4);
    this.#onFrame(frame.subarray(PREFIX_BYTES, headEnd), frame.subarray(headEnd));
  }
}

/** Size of the frame that starts with this prefix, prefix included. */
function frameBytes(prefix: Buffer): number {
  const size = prefix.readUInt32LE(0);
  if (size > MAX_FRAME_BYTES)
    throw new Error(`a frame of ${size} bytes cannot be: the channel is out of step`);
  return size + PREFIX_BYTES;
}
