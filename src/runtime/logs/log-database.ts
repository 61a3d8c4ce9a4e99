/**
 * The file that logs are kept in: blocks of lines in SQLite, beside the store and apart from it.
 *
 * It is a file of its own because it is written all the time, may be thrown away, and must never hold up or fill the
 * store. What is written is safe from the end of this process at once, and from that of the machine some seconds later.
 *
 * Invariants
 * - the blocks of one write have one batch number; batches are in the order of their lines
 * - dropping old batches gives their room to new ones: the file grows no further
 */
import { chmodSync, renameSync } from 'node:fs';
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { loadSqlite } from '../store/load-sqlite.ts';
import { storeCorrupt, storeError } from '../store/sqlite-errors.ts';
import type { LogBlock } from './log-blocks.ts';

const SCHEMA_VERSION = 1;
const SCHEMA = `
CREATE TABLE blocks (
  batch INTEGER NOT NULL,
  environment TEXT NOT NULL,
  app TEXT NOT NULL,
  last_seq INTEGER NOT NULL,
  first_at INTEGER NOT NULL,
  last_at INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  lines TEXT NOT NULL
) STRICT;
CREATE INDEX blocks_by_batch ON blocks (batch, bytes);
CREATE INDEX blocks_by_app ON blocks (environment, app, batch, first_at, last_at);
CREATE INDEX blocks_by_environment ON blocks (environment, batch, first_at, last_at);
PRAGMA user_version = ${SCHEMA_VERSION};
`;

/** Where a reader looks. */
export interface BlockScope {
  readonly environment: string;
  readonly app?: string | undefined;
  readonly since?: number | undefined;
  readonly until?: number | undefined;
}

export interface Batch {
  readonly batch: number;
  readonly blocks: readonly LogBlock[];
}

export class LogDatabase {
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  private constructor(file: string) {
    const { DatabaseSync } = loadSqlite();
    this.#database = new DatabaseSync(file);
    try {
      this.#prepare(file);
    } catch (error) {
      this.#database.close();
      throw error;
    }
  }

  /**
   * Opens the file, or makes it. One that is damaged is set aside as `.damaged`, and an empty one takes its place.
   * Throws an EnvironmentError where neither works.
   */
  static open(file: string, onDamaged: (error: unknown) => void): LogDatabase {
    try {
      return new LogDatabase(file);
    } catch (error) {
      const told = storeError(error, file);
      if ((told as { code?: unknown }).code !== 'STORE_CORRUPT') throw told;
      onDamaged(told);
      for (const end of ['', '-wal', '-shm']) setAside(`${file}${end}`, `${file}.damaged${end}`);
      return new LogDatabase(file);
    }
  }

  /** How far it goes, and how much it holds. */
  state(): { lastBatch: number; lastSeq: number; bytes: number } {
    const { batch, seq, bytes } = this.#statement(
      'SELECT max(batch) AS batch, max(last_seq) AS seq, sum(bytes) AS bytes FROM blocks',
    ).get() as Record<string, number | null>;
    return { lastBatch: batch ?? 0, lastSeq: seq ?? 0, bytes: bytes ?? 0 };
  }

  /** Writes the blocks as one batch, all or none. Returns their size in bytes. */
  write(batch: number, blocks: readonly LogBlock[]): number {
    const insert = this.#statement('INSERT INTO blocks VALUES (?, ?, ?, ?, ?, ?, ?, ?)');
    let size = 0;
    this.#database.exec('BEGIN');
    try {
      for (const { environment, app, lastSeq, firstAt, lastAt, lines } of blocks) {
        const bytes = Buffer.byteLength(lines);
        insert.run(batch, environment, app, lastSeq, firstAt, lastAt, bytes, lines);
        size += bytes;
      }
      this.#database.exec('COMMIT');
      return size;
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      throw error;
    }
  }

  /** The next batch after (or before) `batch` that has something for the scope. */
  next(scope: BlockScope, direction: 'after' | 'before', batch: number): Batch | undefined {
    const { environment, app, since = Number.MIN_SAFE_INTEGER, until = Number.MAX_SAFE_INTEGER } = scope;
    const [end, beyond] = direction === 'after' ? ['min', '>'] : ['max', '<'];
    const where = `environment = ? ${app === undefined ? '' : 'AND app = ?'}`;
    const given = app === undefined ? [environment] : [environment, app];
    const found = this.#statement(
      `SELECT ${end}(batch) AS batch FROM blocks WHERE ${where}
       AND batch ${beyond} ? AND last_at >= ? AND first_at <= ?`,
    ).get(...given, batch, since, until) as { batch: number | null };
    if (found.batch === null) return undefined;
    const rows = this.#statement(
      `SELECT environment, app, last_seq, first_at, last_at, lines FROM blocks WHERE ${where} AND batch = ?`,
    ).all(...given, found.batch);
    return { batch: found.batch, blocks: rows.map((row) => toBlock(row as Record<string, never>)) };
  }

  /** Drops the oldest batches until `bytes` fewer are held. Returns how many bytes are gone. */
  dropOldest(bytes: number): number {
    let gone = 0;
    let last: number | undefined;
    const rows = this.#statement('SELECT batch, bytes FROM blocks ORDER BY batch').iterate();
    for (const row of rows as Iterable<{ batch: number; bytes: number }>) {
      if (gone >= bytes && row.batch !== last) break;
      gone += row.bytes;
      last = row.batch;
    }
    if (last !== undefined) this.#statement('DELETE FROM blocks WHERE batch <= ?').run(last);
    return gone;
  }

  /** Drops what is older throughout. Returns how many bytes are gone. */
  dropBefore(at: number): number {
    const old = 'FROM blocks WHERE last_at < ?';
    const { bytes } = this.#statement(`SELECT sum(bytes) AS bytes ${old}`).get(at) as {
      bytes: number | null;
    };
    if (bytes !== null) this.#statement(`DELETE ${old}`).run(at);
    return bytes ?? 0;
  }

  close(): void {
    this.#database.close();
  }

  #prepare(file: string): void {
    chmodSync(file, 0o600);
    const database = this.#database;
    database.exec(
      'PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA journal_size_limit = 8388608',
    );
    const { user_version: version } = database.prepare('PRAGMA user_version').get() as Record<string, number>;
    if (version === 0) database.exec(SCHEMA);
    else if (version !== SCHEMA_VERSION) throw storeCorrupt(file);
    // Reads what a damaged file cannot give.
    this.state();
  }

  #statement(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#database.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }
}

function toBlock(row: Record<string, never>): LogBlock {
  const { environment, app, last_seq: lastSeq, first_at: firstAt, last_at: lastAt, lines } = row;
  return { environment, app, lastSeq, firstAt, lastAt, lines } as unknown as LogBlock;
}

function setAside(file: string, aside: string): void {
  try {
    renameSync(file, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}
