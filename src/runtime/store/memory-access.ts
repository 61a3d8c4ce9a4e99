/**
 * Tokens, sessions and the one-time code in memory, for tests of what stands on a store.
 */
import type { AccessRecords, SessionRecord, TokenRecord } from './access-records.ts';

/** No records yet. */
export function memoryAccess(): AccessRecords {
  const tokens = new Map<string, TokenRecord>();
  const sessions = new Map<string, SessionRecord>();
  let code: string | undefined;
  return {
    tokens: async () =>
      [...tokens.values()].sort((a, b) => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1)),
    token: async (id) => tokens.get(id),
    async createToken(token) {
      tokens.set(token.id, { ...token, lastUsedAt: undefined });
    },
    deleteToken: async (id) => tokens.delete(id),
    async markTokenUsed(id, lastUsedAt) {
      const token = tokens.get(id);
      if (token !== undefined) tokens.set(id, { ...token, lastUsedAt });
    },
    async putAdminCode(codeHash, at, { onlyFirst = false } = {}) {
      const hasSession = [...sessions.values()].some(({ expiresAt }) => expiresAt > at);
      if (onlyFirst && (tokens.size > 0 || hasSession || code !== undefined)) return false;
      code = keyOf(codeHash);
      return true;
    },
    async takeAdminCode(codeHash) {
      if (code !== keyOf(codeHash)) return false;
      code = undefined;
      return true;
    },
    async createSession(session) {
      for (const [key, { expiresAt }] of sessions) if (expiresAt <= session.createdAt) sessions.delete(key);
      sessions.set(keyOf(session.secretHash), session);
    },
    session: async (secretHash) => sessions.get(keyOf(secretHash)),
    async deleteSession(secretHash) {
      sessions.delete(keyOf(secretHash));
    },
  };
}

function keyOf(hash: Uint8Array): string {
  return Buffer.from(hash).toString('hex');
}
