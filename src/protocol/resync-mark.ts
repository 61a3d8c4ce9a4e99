/**
 * The mark by which both ends of a channel find a common beginning again, after the engine's end was another process.
 *
 * Each container that may outlive its engine has a random mark. A hail is the mark, a nonce, and a phase, as raw bytes between
 * two frames or amid one. A new engine sends a hail of phase `hail`: the runner drops what it reads from then on, and
 * echoes the hail. What was still on its way to the runner from the old engine is over soon; then the new one sends the
 * hail of phase `begin`, and frames follow it. Both ends know a hail by its mark, wherever it comes.
 *
 * Invariants
 * - a hail is found however the stream is cut
 * - bytes are given out in order, and those of a hail are not, but for a beginning of one that came cut: checked frames
 *   (frame-codec.ts) tell that they are none
 */

export const MARK_BYTES = 32;

/**
 * What every mark begins with. A runner that did not arrive whole waits for the rest of itself, or for its length: it takes this
 * for a length, of 256 bytes.
 */
export const MARK_START = Buffer.from([0, 1, 0, 0]);
const NONCE_BYTES = 8;
const HAIL_BYTES = MARK_BYTES + NONCE_BYTES + 1;

/** Variable of a container with its mark, in hex; the runner takes it away before user code runs. */
export const MARK_VARIABLE = 'DRAY_CHANNEL_MARK';

const PHASES = ['hail', 'begin'] as const;
export type HailPhase = (typeof PHASES)[number];

export interface Hail {
  /** Of one engine's attempt, 8 random bytes in hex. */
  readonly nonce: string;
  readonly phase: HailPhase;
}

/** A hail as it goes over the wire. */
export function encodeHail(mark: Uint8Array, { nonce, phase }: Hail): Buffer {
  return Buffer.concat([mark, Buffer.from(nonce, 'hex'), Buffer.from([PHASES.indexOf(phase)])]);
}

/** Tells hails from what is between them. */
export class HailFinder {
  readonly #mark: Buffer;
  readonly #onBytes: (bytes: Buffer) => void;
  readonly #onHail: (hail: Hail) => void;
  /** The last bytes that were given out: the beginning of a hail may be among them. */
  #last = Buffer.alloc(0);

  constructor(mark: Buffer, onBytes: (bytes: Buffer) => void, onHail: (hail: Hail) => void) {
    this.#mark = mark;
    this.#onBytes = onBytes;
    this.#onHail = onHail;
  }

  push(chunk: Buffer): void {
    let rest = chunk;
    for (let end = this.#endOfHail(rest); end !== undefined; end = this.#endOfHail(rest)) {
      const hail = Buffer.concat([this.#last, rest.subarray(0, end)]).subarray(-HAIL_BYTES);
      const before = end - HAIL_BYTES;
      if (before > 0) this.#onBytes(rest.subarray(0, before));
      rest = rest.subarray(end);
      this.#last = Buffer.alloc(0);
      this.#onHail(decodeHail(hail));
    }
    if (rest.length === 0) return;
    this.#last = Buffer.concat([
      this.#last.subarray(Math.max(0, this.#last.length + rest.length - (HAIL_BYTES - 1))),
      rest.subarray(Math.max(0, rest.length - (HAIL_BYTES - 1))),
    ]);
    this.#onBytes(rest);
  }

  /** Where in `bytes` the first hail is over that is complete with them. */
  #endOfHail(bytes: Buffer): number | undefined {
    const before = this.#last.length;
    if (before > 0) {
      const seam = Buffer.concat([this.#last, bytes.subarray(0, HAIL_BYTES - 1)]);
      const at = seam.indexOf(this.#mark);
      const end = at + HAIL_BYTES;
      if (at !== -1 && at < before && end <= seam.length && end > before) return end - before;
    }
    const end = bytes.indexOf(this.#mark) + HAIL_BYTES;
    return end < HAIL_BYTES || end > bytes.length ? undefined : end;
  }
}

function decodeHail(bytes: Buffer): Hail {
  const nonce = bytes.subarray(MARK_BYTES, MARK_BYTES + NONCE_BYTES).toString('hex');
  return { nonce, phase: PHASES[bytes[HAIL_BYTES - 1] as number] ?? 'hail' };
}
