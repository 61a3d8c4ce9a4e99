/**
 * Requests for a token that a person has to approve: the device flow of RFC 8628, as states. No HTTP in here.
 *
 *     asked ──approve──▶ approved ──poll──▶ gone (the token is issued once)
 *       └────deny─────▶ denied            every state ──▶ expired, LIFETIME_MS after it was asked
 *
 * They live in memory: a restart of the server drops those of the last minutes, and who waits for one is told that it
 * expired.
 *
 * Invariants
 * - a request is decided once, and issues one token at most
 * - who polls faster than the interval is told to slow down, by five seconds more each time (RFC 8628 §3.5)
 */
import { randomInt } from 'node:crypto';
import type { Scope } from '../../protocol/scopes.ts';
import { hashOf, newSecret } from './secret-text.ts';

const LIFETIME_MS = 10 * 60_000;
/** What RFC 8628 §3.5 adds. */
const SLOWER_BY_MS = 5_000;
/** Requests at a time, decided ones included. */
const MOST = 1_000;
/** No vowels, so no words; no look-alikes (RFC 8628 §6.1). 20^8 codes are 34 bits. */
const LETTERS = 'BCDFGHJKLMNPQRSTVWXZ';

export interface DeviceRequest {
  /** Shown in the terminal and on the page: `WDJB-MJHT`. */
  readonly userCode: string;
  readonly name: string;
  readonly scopes: readonly Scope[];
  /** Where it was asked from. */
  readonly address: string;
}

interface Held extends DeviceRequest {
  readonly expiresAt: number;
  state: 'asked' | 'approved' | 'denied';
  intervalMs: number;
  polledAt: number;
}

/** What a poll is told. `expired` includes what was never asked. */
export type PollAnswer = 'pending' | 'slow-down' | 'denied' | 'expired' | DeviceRequest;

export interface DeviceRequestOptions {
  /** Between two polls. Default 2 s. */
  readonly intervalMs?: number;
  readonly now?: () => number;
}

export class DeviceRequests {
  readonly lifetimeMs = LIFETIME_MS;
  readonly intervalMs: number;
  readonly #now: () => number;
  /** By the hash of the device code, so that looking it up takes no telling time. */
  readonly #held = new Map<string, Held>();

  constructor({ intervalMs = 2_000, now = Date.now }: DeviceRequestOptions = {}) {
    this.intervalMs = intervalMs;
    this.#now = now;
  }

  /** Asks for a token. Undefined where too many are waiting. */
  ask(request: Omit<DeviceRequest, 'userCode'>): { deviceCode: string; userCode: string } | undefined {
    this.#forgetExpired();
    if (this.#held.size >= MOST) return undefined;
    const deviceCode = newSecret();
    const userCode = this.#freeUserCode();
    this.#held.set(keyOf(deviceCode), {
      ...request,
      userCode,
      expiresAt: this.#now() + LIFETIME_MS,
      state: 'asked',
      intervalMs: this.intervalMs,
      polledAt: Number.NEGATIVE_INFINITY,
    });
    return { deviceCode, userCode };
  }

  /** The request that waits for a decision under this code, however it was typed. */
  find(typed: string): DeviceRequest | undefined {
    return this.#waiting(typed);
  }

  /** Decides a request; false where none waits under that code. */
  decide(typed: string, decision: 'approved' | 'denied'): boolean {
    const held = this.#waiting(typed);
    if (held === undefined) return false;
    held.state = decision;
    return true;
  }

  /** What became of a request. An approved one is given once. */
  poll(deviceCode: string): PollAnswer {
    this.#forgetExpired();
    const key = keyOf(deviceCode);
    const held = this.#held.get(key);
    if (held === undefined) return 'expired';
    const now = this.#now();
    const isTooSoon = now - held.polledAt < held.intervalMs;
    held.polledAt = now;
    if (isTooSoon) {
      held.intervalMs += SLOWER_BY_MS;
      return 'slow-down';
    }
    if (held.state === 'asked') return 'pending';
    if (held.state === 'denied') return 'denied';
    this.#held.delete(key);
    return held;
  }

  #waiting(typed: string): Held | undefined {
    this.#forgetExpired();
    const wanted = userCodeOf(typed);
    return [...this.#held.values()].find(({ userCode, state }) => userCode === wanted && state === 'asked');
  }

  #freeUserCode(): string {
    const taken = new Set([...this.#held.values()].map(({ userCode }) => userCode));
    for (;;) {
      const letters = Array.from({ length: 8 }, () => LETTERS[randomInt(LETTERS.length)]).join('');
      const code = userCodeOf(letters);
      if (!taken.has(code)) return code;
    }
  }

  #forgetExpired(): void {
    const now = this.#now();
    for (const [key, { expiresAt }] of this.#held) if (expiresAt <= now) this.#held.delete(key);
  }
}

function userCodeOf(typed: string): string {
  const letters = typed.toUpperCase().replaceAll(/[^A-Z]/g, '');
  return `${letters.slice(0, 4)}-${letters.slice(4)}`;
}

function keyOf(deviceCode: string): string {
  return Buffer.from(hashOf(deviceCode)).toString('base64');
}
