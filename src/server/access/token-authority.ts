/**
 * Issues tokens, and says whose a presented one is.
 *
 * Invariants
 * - a secret is told once, when it is made; only its hash is kept
 * - an unknown id takes as long as a wrong secret
 * - a revoked token is refused from the next request on, by every process
 * - the local token is in no list: it is made anew by every start, for commands of the same user on the same machine
 */
import type { AccessRecords, TokenRecord } from '../../runtime/store/access-records.ts';
import { newId } from '../../shared/ids.ts';
import { hashOf, newSecret, sameHash } from './secret-text.ts';

/** When a token was used is noted this often, so that not every request is a write. */
const USE_NOTED_EVERY_MS = 60_000;

/** Who makes a request. */
export interface Access {
  readonly tokenId: string;
  readonly name: string;
  readonly scopes: readonly string[];
}

export interface IssuedToken {
  readonly id: string;
  readonly secret: string;
}

export interface TokenAuthorityOptions {
  /** Good as long as this process lives, for everything. */
  readonly local?: IssuedToken | undefined;
  readonly now?: () => number;
}

/** A token of a fresh id and secret, which nobody knows yet. */
export function freshToken(): IssuedToken {
  return { id: newId('tk'), secret: newSecret('ts-') };
}

export class TokenAuthority {
  readonly #records: AccessRecords;
  readonly #now: () => number;
  readonly #local: TokenRecord | undefined;
  readonly #nobody = hashOf(newSecret());

  constructor(records: AccessRecords, { local, now = Date.now }: TokenAuthorityOptions = {}) {
    this.#records = records;
    this.#local = local && localRecord(local, now());
    this.#now = now;
  }

  /** A new token; this is the only time that its secret is seen. */
  async issue({ name, scopes }: { name: string; scopes: readonly string[] }): Promise<IssuedToken> {
    const token = freshToken();
    const secretHash = hashOf(token.secret);
    await this.#records.createToken({ id: token.id, name, scopes, secretHash, createdAt: this.#now() });
    return token;
  }

  /** Whose token it is; undefined where it is none, or is no longer one. */
  async verify({ id, secret }: IssuedToken): Promise<Access | undefined> {
    const token = await this.token(id);
    if (!sameHash(hashOf(secret), token?.secretHash ?? this.#nobody) || token === undefined) return undefined;
    const now = this.#now();
    const isNoted = now - (token.lastUsedAt ?? 0) < USE_NOTED_EVERY_MS;
    if (!isNoted && token !== this.#local) await this.#records.markTokenUsed(id, now);
    return { tokenId: id, name: token.name, scopes: token.scopes };
  }

  /** Every token, oldest first. */
  list(): Promise<readonly TokenRecord[]> {
    return this.#records.tokens();
  }

  /** The token of an id. */
  async token(id: string): Promise<TokenRecord | undefined> {
    return id === this.#local?.id ? this.#local : this.#records.token(id);
  }

  /** False where there is none. */
  revoke(id: string): Promise<boolean> {
    return this.#records.deleteToken(id);
  }
}

function localRecord({ id, secret }: IssuedToken, createdAt: number): TokenRecord {
  const secretHash = hashOf(secret);
  return { id, name: 'this machine', scopes: ['deploy'], secretHash, createdAt, lastUsedAt: undefined };
}
