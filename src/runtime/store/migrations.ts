/**
 * The versions of the store's schema, each as the step from the one before it.
 *
 * The version of a file is its `user_version`. A step that was released is never changed: a new version is a new
 * step. Pure data.
 */

/** Marks a file as a store of dray ("dray" in ASCII): the database's `application_id`. */
export const APPLICATION_ID = 0x64726179;

/** Step `n` leads from version `n` to version `n + 1`. Times are milliseconds since 1970. */
const STEPS: readonly string[] = [
  `
  CREATE TABLE environments (
    name TEXT PRIMARY KEY,
    created_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  INSERT INTO environments VALUES ('main', CAST(unixepoch('subsec') * 1000 AS INTEGER));
  CREATE TABLE secrets (
    environment TEXT NOT NULL REFERENCES environments (name),
    name TEXT NOT NULL,
    keys TEXT NOT NULL,
    key_id TEXT NOT NULL,
    nonce BLOB NOT NULL,
    ciphertext BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    last_used_at INTEGER,
    PRIMARY KEY (environment, name)
  ) STRICT;
  `,
  `
  CREATE TABLE tokens (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    scopes TEXT NOT NULL,
    secret_hash BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    last_used_at INTEGER
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE sessions (
    secret_hash BLOB PRIMARY KEY,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE admin_code (
    code_hash BLOB PRIMARY KEY,
    created_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  `,
];

/** The version that this dray reads and writes. */
export const SCHEMA_VERSION = STEPS.length;

/** What leads from a version to the current one, as one script. */
export function migrationFrom(version: number): string {
  return `${STEPS.slice(version).join('')}
  PRAGMA application_id = ${APPLICATION_ID};
  PRAGMA user_version = ${SCHEMA_VERSION};`;
}
