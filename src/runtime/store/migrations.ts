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
  // Of calls: 'state' is an index into CALL_STATES; 'payload' holds the arguments until the call settled and its outcome
  // from then on. What is bulky comes last in a row, so that reading the rest passes it by.
  `
  CREATE TABLE apps (
    environment TEXT NOT NULL,
    name TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    version INTEGER NOT NULL,
    state TEXT NOT NULL,
    stopped_at INTEGER,
    PRIMARY KEY (environment, name)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE deployments (
    environment TEXT NOT NULL,
    app TEXT NOT NULL,
    version INTEGER NOT NULL,
    deployed_at INTEGER NOT NULL,
    deployed_by TEXT NOT NULL,
    client TEXT NOT NULL,
    tag TEXT,
    git_commit TEXT,
    dirty INTEGER,
    rollback_of INTEGER,
    parts TEXT NOT NULL,
    manifest TEXT NOT NULL,
    PRIMARY KEY (environment, app, version)
  ) STRICT;
  CREATE TABLE schedules (
    environment TEXT NOT NULL,
    app TEXT NOT NULL,
    function TEXT NOT NULL,
    paused INTEGER NOT NULL,
    since INTEGER NOT NULL,
    last_due_at INTEGER,
    last_call TEXT,
    PRIMARY KEY (environment, app, function)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE call_targets (
    target INTEGER PRIMARY KEY,
    environment TEXT NOT NULL,
    app TEXT NOT NULL,
    function TEXT NOT NULL,
    UNIQUE (environment, app, function)
  ) STRICT;
  CREATE TABLE calls (
    sequence INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    target INTEGER NOT NULL,
    state INTEGER NOT NULL,
    outcome_gone INTEGER NOT NULL,
    accepted_at INTEGER NOT NULL,
    started_at INTEGER,
    settled_at INTEGER,
    attempts INTEGER NOT NULL,
    method TEXT NOT NULL,
    origin TEXT NOT NULL,
    parent TEXT,
    idempotency_key TEXT,
    payload_blob TEXT,
    parameters BLOB NOT NULL,
    overrides BLOB NOT NULL,
    payload BLOB NOT NULL
  ) STRICT;
  CREATE INDEX calls_by_state ON calls (target, state);
  CREATE INDEX calls_by_settling ON calls (outcome_gone, settled_at) WHERE settled_at IS NOT NULL;
  CREATE UNIQUE INDEX calls_by_key ON calls (target, idempotency_key) WHERE idempotency_key IS NOT NULL;
  CREATE INDEX calls_by_parent ON calls (parent) WHERE parent IS NOT NULL;
  CREATE INDEX calls_by_blob ON calls (payload_blob) WHERE payload_blob IS NOT NULL;
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
