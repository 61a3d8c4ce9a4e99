/**
 * Says who makes a request, or why it is refused.
 *
 * Invariants
 * - an address that tries many tokens is made to wait; one with a good token never is
 */
import { hasScope, type Scope } from '../../protocol/scopes.ts';
import { scopeMissing, tokenRefused, tooManyTries } from '../request-errors.ts';
import type { RateLimit } from './rate-limit.ts';
import type { Access, IssuedToken, TokenAuthority } from './token-authority.ts';

export interface Gate {
  readonly tokens: TokenAuthority;
  /** Of requests whose token was not good, by address. */
  readonly failures: RateLimit;
}

/** Whose the token is. Rejects with TOKEN_REFUSED, SCOPE_MISSING, RATE_LIMITED. */
export async function authenticate(
  { tokens, failures }: Gate,
  token: IssuedToken | undefined,
  needed: Scope | 'token',
  address: string,
): Promise<Access> {
  const found = token && (await tokens.verify(token));
  if (found === undefined) {
    const waitMs = token === undefined ? 0 : failures.take(address);
    if (waitMs > 0) throw tooManyTries(waitMs);
    throw tokenRefused();
  }
  if (needed !== 'token' && !hasScope(found.scopes, needed)) throw scopeMissing(needed);
  return found;
}
