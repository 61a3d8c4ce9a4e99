/**
 * Frames: how messages are cut out of a byte stream.
 *
 * A frame is 6 bytes (length of what follows, 32 bits; length of the head in it, 16 bits; little endian),
 * then the head, then the tail. Small frames are joined, so that a burst of calls is one write. On a channel whose
 * engine may be another one tomorrow a frame is checked: the CRC-32 of all that goes before follows the tail.
 *
 * Invariants
 * - a tail is neither copied to be sent nor copied more than once when received
 * - a decoder holds at most one unfinished frame; a length beyond MAX_FRAME_BYTES ends the channel
 * - of checked frames none is given out that was not sent so: what follows a broken one is dropped until `restart`
 */
import { crc32 } from 'node:zlib';
import type { EncodedMessage } from './runner-messages.ts';
import { MAX_PAYLOAD_BYTES } from './value-codec.ts';

const PREFIX_BYTES = 6;

/** What follows a checked frame. */
const CHECKSUM_BYTES = 4;

/** A payload, its head, and room for what the code of an app's bundle may weigh. */
const MAX_FRAME_BYTES = MAX_PAYLOAD_BYTES + 65_536;

/** Tails up to here are copied next to their head; longer ones are written on their own. */
const JOINED_TAIL_BYTES = 16_384;

/** The pieces of a frame, to be written in order. */
export function encodeFrame(message: EncodedMessage, checked = false): Uint8Array[] {
  const pieces = encodePlain(message);
  if (!checked) return pieces;
  const checksum = Buffer.allocUnsafe(CHECKSUM_BYTES);
  checksum.writeUInt32LE(pieces.reduce((sum, piece) => crc32(piece, sum), 0));
  if (pieces.length === 1) return [Buffer.concat([pieces[0] as Uint8Array, checksum])];
  return [...pieces, checksum];
}

function encodePlain({ head, tail }: EncodedMessage): Uint8Array[] {
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
  readonly #onBroken: (() => void) | undefined;
  readonly #checksumBytes: number;
  /** What comes is dropped: where the next frame begins is not known. */
  #broken = false;
  /** The frame that has begun, prefix included, or the beginning of a prefix. */
  #partial: Buffer | undefined;
  #filled = 0;

  /** @param onBroken given, frames are checked, and it is told of the first one that is not as it was sent */
  constructor(onFrame: (head: Buffer, tail: Buffer) => void, onBroken?: () => void) {
    this.#onFrame = onFrame;
    this.#onBroken = onBroken;
    this.#checksumBytes = onBroken === undefined ? 0 : CHECKSUM_BYTES;
  }

  /** A frame begins with the next byte. What was unfinished is forgotten. */
  restart(): void {
    this.#broken = false;
    this.#partial = undefined;
  }

  /** Whether what comes is dropped. */
  get paused(): boolean {
    return this.#broken;
  }

  /** Drops what comes until `restart`. */
  pause(): void {
    this.#broken = true;
    this.#partial = undefined;
  }

  push(chunk: Buffer): void {
    let rest = chunk;
    while (rest.length > 0 && !this.#broken) {
      if (this.#partial !== undefined) rest = this.#fill(rest);
      else rest = this.#take(rest);
    }
  }

  /** Emits the frame that the chunk starts with, or keeps its beginning; returns what is left. */
  #take(chunk: Buffer): Buffer {
    const size = chunk.length < PREFIX_BYTES ? undefined : this.#frameBytes(chunk);
    if (size === undefined || chunk.length < size) {
      this.#begin(chunk);
      return chunk.subarray(chunk.length);
    }
    this.#emit(chunk.subarray(0, size));
    return chunk.subarray(size);
  }

  #begin(start: Buffer): void {
    const size = start.length < PREFIX_BYTES ? PREFIX_BYTES : this.#frameBytes(start);
    if (this.#broken) return;
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
      if (partial.length === PREFIX_BYTES && this.#frameBytes(partial) > PREFIX_BYTES) this.#begin(partial);
      else this.#emit(partial);
    }
    return chunk.subarray(taken);
  }

  #emit(frame: Buffer): void {
    const end = frame.length - this.#checksumBytes;
    const headEnd = PREFIX_BYTES + frame.readUInt16LE(4);
    if (this.#onBroken !== undefined && !isIntact(frame, headEnd, end)) this.#break();
    else this.#onFrame(frame.subarray(PREFIX_BYTES, headEnd), frame.subarray(headEnd, end));
  }

  /** Size of the frame that starts with this prefix, all included. */
  #frameBytes(prefix: Buffer): number {
    const size = prefix.readUInt32LE(0);
    if (size <= MAX_FRAME_BYTES) return size + PREFIX_BYTES + this.#checksumBytes;
    if (this.#onBroken === undefined) {
      throw new Error(`a frame of ${size} bytes cannot be: the channel is out of step`);
    }
    this.#break();
    return PREFIX_BYTES;
  }

  #break(): void {
    if (this.#broken) return;
    this.pause();
    this.#onBroken?.();
  }
}

function isIntact(frame: Buffer, headEnd: number, end: number): boolean {
  return headEnd <= end && crc32(frame.subarray(0, end)) === frame.readUInt32LE(end);
}
