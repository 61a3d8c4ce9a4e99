/**
 * Looks after a token for as long as a stream that it opened lasts: one that is revoked ends it.
 *
 * Invariants
 * - nothing is asked any more once `done` is aborted
 */
import type { IssuedToken, TokenAuthority } from './access/token-authority.ts';
import { tokenRefused } from './request-errors.ts';

/** A revoked token reads on for at most this long. */
const LOOK_EVERY_MS = 2_000;

/** Aborted with TOKEN_REFUSED when the token is no longer good. */
export function watchToken(tokens: TokenAuthority, token: IssuedToken, done: AbortSignal): AbortSignal {
  const revoked = new AbortController();
  const look = async () => {
    if ((await tokens.verify(token)) === undefined) revoked.abort(tokenRefused());
  };
  // A store that cannot be asked now says nothing about the token; the next look may.
  const timer = setInterval(() => void look().catch(() => {}), LOOK_EVERY_MS);
  timer.unref();
  const stop = () => clearInterval(timer);
  done.addEventListener('abort', stop, { once: true });
  revoked.signal.addEventListener('abort', stop, { once: true });
  return revoked.signal;
}
