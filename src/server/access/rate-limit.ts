/**
 * Limits how often something may be tried from one place: a bucket of tries for each, that fills again with time.
 *
 * Invariants
 * - at most `burst` tries at once, and one more every `refillMs`
 * - what is remembered stays bounded: a bucket that is full again is forgotten
 */

export interface RateLimitOptions {
  readonly burst: number;
  readonly refillMs: number;
  readonly now?: () => number;
}

interface Bucket {
  tries: number;
  at: number;
}

/** Places that are remembered before full buckets are looked for. */
const SWEEP_ABOVE = 10_000;

export class RateLimit {
  readonly #burst: number;
  readonly #refillMs: number;
  readonly #now: () => number;
  readonly #buckets = new Map<string, Bucket>();

  constructor({ burst, refillMs, now = () => performance.now() }: RateLimitOptions) {
    this.#burst = burst;
    this.#refillMs = refillMs;
    this.#now = now;
  }

  /** Takes a try. Returns how long to wait in ms where there is none left, 0 where it was taken. */
  take(place: string): number {
    const bucket = this.#filled(place);
    if (bucket.tries < 1) return Math.ceil((1 - bucket.tries) * this.#refillMs);
    bucket.tries -= 1;
    this.#buckets.set(place, bucket);
    if (this.#buckets.size > SWEEP_ABOVE) this.#sweep();
    return 0;
  }

  #filled(place: string): Bucket {
    const now = this.#now();
    const { tries, at } = this.#buckets.get(place) ?? { tries: this.#burst, at: now };
    return { tries: Math.min(this.#burst, tries + (now - at) / this.#refillMs), at: now };
  }

  #sweep(): void {
    for (const place of this.#buckets.keys()) {
      if (this.#filled(place).tries >= this.#burst) this.#buckets.delete(place);
    }
  }
}
