/**
 * Tells forms of our own pages from those of others: against requests that another site makes a browser send.
 *
 * A form carries a token that is bound to a cookie of this browser by a key that only this process has. The header by
 * which browsers say where a request comes from has to agree, where it is there.
 *
 * Invariants
 * - a form from before a restart is refused
 */
import { createHmac, randomBytes } from 'node:crypto';
import type { Context } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import { hashOf, newSecret, sameHash } from '../access/secret-text.ts';

const COOKIE = 'dray_form';

export class FormGuard {
  readonly #key = randomBytes(32);
  readonly #secure: boolean;

  /** `secure`: the browser keeps the cookie to https. */
  constructor({ secure }: { secure: boolean }) {
    this.#secure = secure;
  }

  /** The token for a form of the page that is about to be sent. */
  token(c: Context): string {
    let browser = getCookie(c, COOKIE);
    if (browser === undefined) {
      browser = newSecret();
      const options = { path: '/device', httpOnly: true, sameSite: 'Strict', secure: this.#secure } as const;
      setCookie(c, COOKIE, browser, options);
    }
    return this.#sealed(browser);
  }

  /** Whether a form that came in is one of ours. */
  isOurs(c: Context, token: string): boolean {
    const site = c.req.header('sec-fetch-site');
    if (site !== undefined && site !== 'same-origin') return false;
    const browser = getCookie(c, COOKIE);
    return browser !== undefined && sameHash(hashOf(token), hashOf(this.#sealed(browser)));
  }

  #sealed(browser: string): string {
    return createHmac('sha256', this.#key).update(browser).digest('base64url');
  }
}
