/**
 * Makes whole lines of the pieces in which containers print.
 *
 * Pieces are joined by container, source and call: calls that run at the same time in one container never share a line.
 *
 * Invariants
 * - every byte ends up in a line: one that never gets its newline is given out when it has waited for PATIENCE_MS, when
 *   its container ends, or at the end
 * - a line is at most MOST_BYTES long; a longer one is given out in several, and no character is cut
 */
import type { Cancel, Clock } from '../../shared/clock.ts';
import type { LineOrigin } from './log-line.ts';

/** How long the beginning of a line waits for its rest: a prompt, a progress bar. */
export const PATIENCE_MS = 1_000;
export const MOST_BYTES = 65_536;
const NEWLINE = 0x0a;

interface Unfinished {
  readonly origin: LineOrigin;
  readonly bytes: Buffer;
  /** When it began. */
  readonly since: number;
}

export class LineAssembler {
  readonly #clock: Clock;
  readonly #onLine: (origin: LineOrigin, text: string) => void;
  readonly #unfinished = new Map<string, Unfinished>();
  #timer: Cancel | undefined;

  constructor(clock: Clock, onLine: (origin: LineOrigin, text: string) => void) {
    this.#clock = clock;
    this.#onLine = onLine;
  }

  /** Something was printed; not necessarily whole lines. */
  push(origin: LineOrigin, bytes: Uint8Array): void {
    const key = `${origin.containerId} ${origin.source} ${origin.callId}`;
    const before = this.#unfinished.get(key);
    let left = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let since = this.#clock.now();
    if (before !== undefined) {
      left = Buffer.concat([before.bytes, left]);
      since = before.since;
    }
    for (;;) {
      const end = left.indexOf(NEWLINE);
      if (end === -1 ? left.length < MOST_BYTES : end <= MOST_BYTES) {
        if (end === -1) break;
        this.#give(origin, left.subarray(0, end));
        left = left.subarray(end + 1);
      } else {
        const cut = wholeCharacters(left, MOST_BYTES);
        this.#give(origin, left.subarray(0, cut));
        left = left.subarray(cut);
      }
      since = this.#clock.now();
    }
    if (left.length === 0) this.#unfinished.delete(key);
    else this.#keep(key, { origin, bytes: Buffer.from(left), since });
  }

  /** A container is gone: what it printed last is all there is. */
  ended(containerId: string): void {
    for (const [key, { origin }] of this.#unfinished)
      if (origin.containerId === containerId) this.#finish(key);
  }

  /** Gives out all there is. */
  end(): void {
    this.#timer?.();
    this.#timer = undefined;
    for (const key of [...this.#unfinished.keys()]) this.#finish(key);
  }

  /** The bytes are a copy: the piece that they came in may be a small part of a large buffer. */
  #keep(key: string, unfinished: Unfinished): void {
    this.#unfinished.set(key, unfinished);
    this.#timer ??= this.#clock.after(PATIENCE_MS, () => this.#finishOld());
  }

  #finishOld(): void {
    this.#timer = undefined;
    const begunBy = this.#clock.now() - PATIENCE_MS;
    let oldest: number | undefined;
    for (const [key, { since }] of this.#unfinished) {
      if (since <= begunBy) this.#finish(key);
      else oldest = Math.min(oldest ?? since, since);
    }
    if (oldest !== undefined) this.#timer = this.#clock.after(oldest - begunBy, () => this.#finishOld());
  }

  #finish(key: string): void {
    const { origin, bytes } = this.#unfinished.get(key) as Unfinished;
    this.#unfinished.delete(key);
    this.#give(origin, bytes);
  }

  #give(origin: LineOrigin, bytes: Buffer): void {
    const text = bytes.toString('utf8');
    this.#onLine(origin, text.endsWith('\r') ? text.slice(0, -1) : text);
  }
}

/** The most bytes, up to `most`, that end with a whole character of UTF-8. */
function wholeCharacters(bytes: Buffer, most: number): number {
  for (let end = most; end > most - 4; end--) {
    if (((bytes[end] as number) & 0xc0) !== 0x80) return end;
  }
  return most;
}
