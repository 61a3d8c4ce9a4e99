/**
 * Lets people in: a one-time code opens a session of a browser, and a session approves tokens.
 *
 * There is no password and no default. Whoever can read the server's terminal, or run dray on its machine, gets a code.
 *
 * Invariants
 * - at most one code is good at a time, and it is good once
 * - a session ends SESSION_MS after it began, or when its browser signs out
 */
import type { AccessRecords } from '../../runtime/store/access-records.ts';
import { hashOf, newCode, newSecret, typedCode } from './secret-text.ts';

/** 30 days. */
export const SESSION_MS = 30 * 86_400_000;

export class SignIn {
  readonly #records: AccessRecords;
  readonly #now: () => number;

  constructor(records: AccessRecords, now: () => number = Date.now) {
    this.#records = records;
    this.#now = now;
  }

  /** A code, where nobody has a way in yet; undefined otherwise. */
  async firstCode(): Promise<string | undefined> {
    const code = newCode();
    const put = await this.#records.putAdminCode(hashOf(code), this.#now(), { onlyFirst: true });
    return put ? code : undefined;
  }

  /** A code, in the place of any before it. */
  async anotherCode(): Promise<string> {
    const code = newCode();
    await this.#records.putAdminCode(hashOf(code), this.#now());
    return code;
  }

  /** Uses up a code; the secret of a new session, undefined where the code is not good. */
  async open(code: string): Promise<string | undefined> {
    if (!(await this.#records.takeAdminCode(hashOf(typedCode(code))))) return undefined;
    const secret = newSecret();
    const createdAt = this.#now();
    const expiresAt = createdAt + SESSION_MS;
    await this.#records.createSession({ secretHash: hashOf(secret), createdAt, expiresAt });
    return secret;
  }

  /** Whether it is the secret of a session. */
  async isOpen(secret: string | undefined): Promise<boolean> {
    if (secret === undefined) return false;
    const session = await this.#records.session(hashOf(secret));
    return session !== undefined && session.expiresAt > this.#now();
  }

  /** Ends a session. */
  async close(secret: string): Promise<void> {
    await this.#records.deleteSession(hashOf(secret));
  }
}
