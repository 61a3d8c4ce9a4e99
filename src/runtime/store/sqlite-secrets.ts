/**
 * Secrets in SQLite.
 *
 * Invariants
 * - all secrets are sealed by one key: who seals is told which, in the same transaction that writes
 */
import type { GroupCommit } from './group-commit.ts';
import { sealedByOneKey } from './sealed-by-one-key.ts';
import type { SqliteConnection } from './sqlite-connection.ts';
import type { SecretRecord, SecretRecords, SecretSummary } from './store.ts';

interface SummaryRow {
  readonly environment: string;
  readonly name: string;
  readonly keys: string;
  readonly created_at: number;
  readonly updated_at: number;
  readonly last_used_at: number | null;
}

interface Row extends SummaryRow {
  readonly key_id: string;
  readonly nonce: Uint8Array;
  readonly ciphertext: Uint8Array;
}

const SUMMARY = 'environment, name, keys, created_at, updated_at, last_used_at';
const ALL = `${SUMMARY}, key_id, nonce, ciphertext`;

/** The records of an open connection; writes go through `commits`. */
export function sqliteSecrets(connection: SqliteConnection, commits: GroupCommit): SecretRecords {
  const one = <T>(sql: string, ...values: (string | number)[]) =>
    connection.statement(sql).get(...values) as T | undefined;
  const keyId = () => one<{ key_id: string }>('SELECT key_id FROM secrets LIMIT 1')?.key_id;

  return {
    list: (environment) =>
      connection.read(() =>
        (
          connection
            .statement(`SELECT ${SUMMARY} FROM secrets WHERE environment = ? ORDER BY name`)
            .all(environment) as unknown as SummaryRow[]
        ).map(toSummary),
      ),

    get: (environment, name) =>
      connection.read(() => {
        const sql = `SELECT ${ALL} FROM secrets WHERE environment = ? AND name = ?`;
        const row = one<Row>(sql, environment, name);
        return row && toRecord(row);
      }),

    put: ({ environment, name, keys, seal, at }, { replace }) =>
      commits.write(() => {
        if (one('SELECT 1 FROM environments WHERE name = ?', environment) === undefined)
          return 'no-environment';
        const exists =
          one('SELECT 1 FROM secrets WHERE environment = ? AND name = ?', environment, name) !== undefined;
        if (exists && !replace) return 'exists';
        const sealed = sealedByOneKey(seal, keyId());
        connection
          .statement(
            `INSERT INTO secrets (${ALL}) VALUES (?, ?, ?, ?, ?, NULL, ?, ?, ?)
            ON CONFLICT DO UPDATE SET keys = excluded.keys, updated_at = excluded.updated_at,
              key_id = excluded.key_id, nonce = excluded.nonce, ciphertext = excluded.ciphertext`,
          )
          .run(
            ...[environment, name, JSON.stringify(keys), at, at],
            ...[sealed.keyId, sealed.nonce, sealed.ciphertext],
          );
        return exists ? 'replaced' : 'created';
      }),

    delete: (environment, name) =>
      commits.write(() => {
        const sql = 'DELETE FROM secrets WHERE environment = ? AND name = ?';
        return connection.statement(sql).run(environment, name).changes === 1;
      }),

    markUsed: (environment, names, at) =>
      commits.write(() => {
        const sql = 'UPDATE secrets SET last_used_at = ? WHERE environment = ? AND name = ?';
        for (const name of names) connection.statement(sql).run(at, environment, name);
      }),

    keyId: () => connection.read(keyId),

    rekey: (work) =>
      commits.write(() => {
        const sql = `SELECT ${ALL} FROM secrets ORDER BY environment, name`;
        const records = (connection.statement(sql).all() as unknown as Row[]).map(toRecord);
        const resealed = work({ keyId: records[0]?.sealed.keyId, records });
        resealed?.forEach(({ keyId, nonce, ciphertext }, index) => {
          const { environment, name } = records[index] as SecretRecord;
          connection
            .statement(
              'UPDATE secrets SET key_id = ?, nonce = ?, ciphertext = ? WHERE environment = ? AND name = ?',
            )
            .run(keyId, nonce, ciphertext, environment, name);
        });
      }),
  };
}

function toSummary({ environment, name, keys, ...times }: SummaryRow): SecretSummary {
  return {
    environment,
    name,
    keys: JSON.parse(keys) as string[],
    createdAt: times.created_at,
    updatedAt: times.updated_at,
    lastUsedAt: times.last_used_at ?? undefined,
  };
}

function toRecord(row: Row): SecretRecord {
  const { key_id: keyId, nonce, ciphertext } = row;
  return { ...toSummary(row), sealed: { keyId, nonce, ciphertext } };
}
