/**
 * Tokens, sessions and the one-time code in SQLite.
 */
import type { AccessRecords, SessionRecord, TokenRecord } from './access-records.ts';
import type { GroupCommit } from './group-commit.ts';
import type { SqliteConnection } from './sqlite-connection.ts';

interface TokenRow {
  readonly id: string;
  readonly name: string;
  readonly scopes: string;
  readonly secret_hash: Uint8Array;
  readonly created_at: number;
  readonly last_used_at: number | null;
}

const TOKEN = 'id, name, scopes, secret_hash, created_at, last_used_at';
const SESSION = 'secret_hash AS secretHash, created_at AS createdAt, expires_at AS expiresAt';

/** The records of an open connection; writes go through `commits`. */
export function sqliteAccess(connection: SqliteConnection, commits: GroupCommit): AccessRecords {
  const sql = (text: string) => connection.statement(text);
  const hasWayIn = (at: number) =>
    sql(
      `SELECT 1 FROM tokens UNION ALL SELECT 1 FROM admin_code
      UNION ALL SELECT 1 FROM sessions WHERE expires_at > ? LIMIT 1`,
    ).get(at) !== undefined;

  return {
    tokens: () =>
      connection.read(() => {
        const rows = sql(`SELECT ${TOKEN} FROM tokens ORDER BY created_at, id`).all();
        return (rows as unknown as TokenRow[]).map(toToken);
      }),
    token: (id) =>
      connection.read(() => {
        const row = sql(`SELECT ${TOKEN} FROM tokens WHERE id = ?`).get(id);
        return row && toToken(row as unknown as TokenRow);
      }),
    createToken: ({ id, name, scopes, secretHash, createdAt }) =>
      commits.write(() => {
        const values = [id, name, JSON.stringify(scopes), secretHash, createdAt];
        sql(`INSERT INTO tokens (${TOKEN}) VALUES (?, ?, ?, ?, ?, NULL)`).run(...values);
      }),
    deleteToken: (id) => commits.write(() => sql('DELETE FROM tokens WHERE id = ?').run(id).changes === 1),
    markTokenUsed: (id, at) =>
      commits.write(() => {
        sql('UPDATE tokens SET last_used_at = ? WHERE id = ?').run(at, id);
      }),
    putAdminCode: (codeHash, at, { onlyFirst = false } = {}) =>
      commits.write(() => {
        if (onlyFirst && hasWayIn(at)) return false;
        sql('DELETE FROM admin_code').run();
        sql('INSERT INTO admin_code (code_hash, created_at) VALUES (?, ?)').run(codeHash, at);
        return true;
      }),
    takeAdminCode: (codeHash) =>
      commits.write(() => sql('DELETE FROM admin_code WHERE code_hash = ?').run(codeHash).changes === 1),
    createSession: ({ secretHash, createdAt, expiresAt }) =>
      commits.write(() => {
        sql('DELETE FROM sessions WHERE expires_at <= ?').run(createdAt);
        const insert = 'INSERT INTO sessions (secret_hash, created_at, expires_at) VALUES (?, ?, ?)';
        sql(insert).run(secretHash, createdAt, expiresAt);
      }),
    session: (secretHash) =>
      connection.read(() => {
        const row = sql(`SELECT ${SESSION} FROM sessions WHERE secret_hash = ?`).get(secretHash);
        return row && ({ ...row } as unknown as SessionRecord);
      }),
    deleteSession: (secretHash) =>
      commits.write(() => {
        sql('DELETE FROM sessions WHERE secret_hash = ?').run(secretHash);
      }),
  };
}

function toToken(row: TokenRow): TokenRecord {
  return {
    id: row.id,
    name: row.name,
    scopes: JSON.parse(row.scopes) as string[],
    secretHash: row.secret_hash,
    createdAt: row.created_at,
    lastUsedAt: row.last_used_at ?? undefined,
  };
}
