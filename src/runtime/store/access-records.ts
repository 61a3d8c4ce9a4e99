/**
 * Port: who may talk to a server. Tokens of programs, sessions of browsers, and the one-time code that the first
 * session is opened with.
 *
 * Invariants
 * - a secret comes here as its hash; what is stored lets nobody in
 * - a code is taken once, whoever else asks for it at the same time
 */

export interface TokenRecord {
  /** `tk-…`; not secret. */
  readonly id: string;
  /** Whose it is, in the words of who asked for it. */
  readonly name: string;
  readonly scopes: readonly string[];
  readonly secretHash: Uint8Array;
  /** Milliseconds since 1970, as all times here. */
  readonly createdAt: number;
  readonly lastUsedAt: number | undefined;
}

export interface SessionRecord {
  readonly secretHash: Uint8Array;
  readonly createdAt: number;
  readonly expiresAt: number;
}

export interface AccessRecords {
  /** Every token, oldest first. */
  tokens(): Promise<readonly TokenRecord[]>;
  token(id: string): Promise<TokenRecord | undefined>;
  createToken(token: Omit<TokenRecord, 'lastUsedAt'>): Promise<void>;
  /** False where there is none. */
  deleteToken(id: string): Promise<boolean>;
  markTokenUsed(id: string, at: number): Promise<void>;
  /**
   * Puts the code in the place of the one before it. With `onlyFirst` it does so only where nobody has a way in yet:
   * no token, no session that lasts beyond `at`, no code. Returns whether it was put.
   */
  putAdminCode(
    codeHash: Uint8Array,
    at: number,
    options?: { readonly onlyFirst?: boolean },
  ): Promise<boolean>;
  /** Uses up the code. False where it is not the one that was put, or was used before. */
  takeAdminCode(codeHash: Uint8Array): Promise<boolean>;
  /** Keeps the session, and forgets those that ended before it began. */
  createSession(session: SessionRecord): Promise<void>;
  session(secretHash: Uint8Array): Promise<SessionRecord | undefined>;
  deleteSession(secretHash: Uint8Array): Promise<void>;
}
