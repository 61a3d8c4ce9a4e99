/**
 * Splits the stream of an attached container into what came from its stdout and its stderr.
 *
 * Docker's framing: 8 bytes of header (stream, three zeros, length as big-endian uint32), then the payload. A payload
 * is passed on piece by piece as it comes, as views into the chunks received: nothing is copied or held back.
 *
 * Invariants
 * - what is passed on, put together, is the payloads in order, however the stream was cut into chunks
 * - no empty piece is passed on
 */

/** Docker's stream numbers. 3 is the engine's own error text. */
export type StdioStream = 'stdout' | 'stderr' | 'system-error';

const STREAMS: readonly StdioStream[] = ['stdout', 'stdout', 'stderr', 'system-error'];
const HEADER_BYTES = 8;

/** One attached stream's state. */
export class StdioDemux {
  readonly #onBytes: (stream: StdioStream, bytes: Buffer) => void;
  /** A header whose end has not come yet. */
  readonly #partial = Buffer.alloc(HEADER_BYTES);
  #partialLength = 0;
  #stream: StdioStream = 'stdout';
  /** Payload bytes of the current frame that have not come yet. */
  #left = 0;
  #broken = false;

  constructor(onBytes: (stream: StdioStream, bytes: Buffer) => void) {
    this.#onBytes = onBytes;
  }

  /** Takes the next chunk. Returns false where it is not Docker's framing: nothing after it can be told apart. */
  push(chunk: Buffer): boolean {
    let at = 0;
    while (at < chunk.length) {
      if (this.#left === 0) {
        at = this.#takeHeader(chunk, at);
        if (this.#broken) return false;
        continue;
      }
      const end = Math.min(at + this.#left, chunk.length);
      this.#left -= end - at;
      this.#onBytes(this.#stream, at === 0 && end === chunk.length ? chunk : chunk.subarray(at, end));
      at = end;
    }
    return true;
  }

  #takeHeader(chunk: Buffer, at: number): number {
    if (this.#partialLength === 0 && chunk.length - at >= HEADER_BYTES) {
      this.#readHeader(chunk, at);
      return at + HEADER_BYTES;
    }
    const taken = chunk.copy(this.#partial, this.#partialLength, at);
    this.#partialLength += taken;
    if (this.#partialLength === HEADER_BYTES) {
      this.#partialLength = 0;
      this.#readHeader(this.#partial, 0);
    }
    return at + taken;
  }

  #readHeader(bytes: Buffer, at: number): void {
    const stream = STREAMS[bytes[at] as number];
    if (stream === undefined) this.#broken = true;
    else this.#stream = stream;
    this.#left = bytes.readUInt32BE(at + 4);
  }
}
