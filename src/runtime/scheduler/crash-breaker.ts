/**
 * Decides whether another container of a pool may be started now, after starts that came to nothing. Pure: it is
 * told what happened and when, and keeps no timer.
 *
 * Two kinds of trouble, each with its own patience. Containers that end before they serve a call: a few tries with
 * growing pauses, then it is a crash loop. A host that refuses starts, or is away: tries for half a minute, which is
 * longer than a Docker engine takes to restart.
 *
 * Invariants
 * - one container that serves a call clears both
 * - for an app that is there to stay (`deployed`) there is no end of tries, only ever longer pauses, up to a minute
 */

/** How long an app is to be there. */
export type Lifetime = 'ephemeral' | 'deployed';

/** Early ends in a row that make a crash loop. */
export const CRASH_LOOP_STARTS = 5;
/** How long a host may refuse every start, in ms, before calls fail with its error. */
export const REFUSED_FOR_MS = 30_000;

const FIRST_PAUSE_MS = 100;
const MAX_REFUSED_PAUSE_MS = 4_000;
/** The longest pause between two starts of a deployed app's pool. */
export const MAX_CRASH_PAUSE_MS = 60_000;

/** What to do after a start that came to nothing. */
export type StartVerdict = { readonly kind: 'pause'; readonly ms: number } | { readonly kind: 'give-up' };

export class CrashBreaker {
  readonly #lifetime: Lifetime;
  #crashes = 0;
  #refusals = 0;
  #refusedSince: number | undefined;
  #pausedUntil = 0;

  constructor(lifetime: Lifetime = 'ephemeral') {
    this.#lifetime = lifetime;
  }

  /** Early ends in a row. */
  get crashes(): number {
    return this.#crashes;
  }

  /** Milliseconds until the next start may be tried; 0 where it may be now. */
  pauseLeft(now: number): number {
    return Math.max(0, this.#pausedUntil - now);
  }

  /** A container ended before it served anything. */
  crashed(now: number): StartVerdict {
    if (this.#lifetime === 'deployed') {
      // Starts that were under way together end together; they count as one.
      if (this.pauseLeft(now) > 0) return { kind: 'pause', ms: this.pauseLeft(now) };
      return this.#pause(now, Math.min(MAX_CRASH_PAUSE_MS, FIRST_PAUSE_MS * 2 ** this.#crashes++));
    }
    this.#crashes++;
    if (this.#crashes < CRASH_LOOP_STARTS) return this.#pause(now, FIRST_PAUSE_MS * 2 ** (this.#crashes - 1));
    this.#crashes = 0;
    this.#pausedUntil = 0;
    return { kind: 'give-up' };
  }

  /** The host refused a start. */
  refused(now: number): StartVerdict {
    // Starts that were under way together are refused together; they count as one.
    if (this.#refusals > 0 && this.pauseLeft(now) > 0) return { kind: 'pause', ms: this.pauseLeft(now) };
    this.#refusedSince ??= now;
    if (this.#lifetime === 'ephemeral' && now - this.#refusedSince >= REFUSED_FOR_MS) {
      this.#refusals = 0;
      this.#refusedSince = undefined;
      this.#pausedUntil = 0;
      return { kind: 'give-up' };
    }
    return this.#pause(now, Math.min(MAX_REFUSED_PAUSE_MS, FIRST_PAUSE_MS * 2 ** this.#refusals++));
  }

  /** A container became ready: the host is there. */
  started(): void {
    this.#refusals = 0;
    this.#refusedSince = undefined;
  }

  /** A container served a call. */
  served(): void {
    this.#crashes = 0;
  }

  #pause(now: number, ms: number): StartVerdict {
    this.#pausedUntil = now + ms;
    return { kind: 'pause', ms };
  }
}
