/**
 * One connection to the store's SQLite file: opening it safely, waiting for other processes, transactions.
 *
 * It loads node:sqlite only when a store is opened. SQLite calls are synchronous and short;
 * what can take long, another process's turn, is waited for without blocking this one.
 *
 * Invariants
 * - a file of a later version, or one that is not ours, is not written to
 * - every transaction is on the disk when `commit` returns (WAL with synchronous=FULL)
 */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Transactions } from './group-commit.ts';
import { loadSqlite } from './load-sqlite.ts';
import { APPLICATION_ID, migrationFrom, SCHEMA_VERSION } from './migrations.ts';
import { isBusy, storeCorrupt, storeError, storeTooNew } from './sqlite-errors.ts';

/** How long SQLite itself waits for another process: this long at most it blocks the event loop. */
const BLOCKING_WAIT_MS = 25;
/** Pauses between further tries are drawn at random up to this, so that no process always comes too late. */
const PAUSE_MS = 20;
export interface SqliteOptions {
  /** How long other processes may keep this one waiting, in ms. Default 60 000. */
  readonly busyLimitMs?: number;
}

/** Sixteen processes that write all the time keep one waiting for seconds; who takes this long hangs. */
const BUSY_LIMIT_MS = 60_000;

export class SqliteConnection implements Transactions {
  readonly #database: DatabaseSync;
  readonly #file: string;
  readonly #busyLimitMs: number;
  readonly #statements = new Map<string, StatementSync>();

  private constructor(database: DatabaseSync, file: string, { busyLimitMs = BUSY_LIMIT_MS }: SqliteOptions) {
    this.#database = database;
    this.#file = file;
    this.#busyLimitMs = busyLimitMs;
  }

  /** Opens the file, or makes a new store of it. Throws an EnvironmentError where it cannot be used. */
  static async open(file: string, options: SqliteOptions = {}): Promise<SqliteConnection> {
    const { DatabaseSync } = loadSqlite();
    let connection: SqliteConnection | undefined;
    try {
      connection = new SqliteConnection(new DatabaseSync(file, { timeout: BLOCKING_WAIT_MS }), file, options);
      await connection.#prepareFile();
      return connection;
    } catch (error) {
      connection?.close();
      throw storeError(error, file);
    }
  }

  /** A statement, prepared once. */
  statement(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#database.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  /** Reads something. In WAL nobody who writes holds up a reader; only a repair after a crash does. */
  async read<T>(work: () => T): Promise<T> {
    try {
      return await this.#inTurn(work);
    } catch (error) {
      throw storeError(error, this.#file);
    }
  }

  async begin(): Promise<void> {
    try {
      await this.#inTurn(() => this.statement('BEGIN IMMEDIATE').run());
    } catch (error) {
      throw storeError(error, this.#file);
    }
  }

  commit(): void {
    try {
      this.statement('COMMIT').run();
    } catch (error) {
      throw storeError(error, this.#file);
    }
  }

  rollback(): void {
    if (this.#database.isTransaction) this.statement('ROLLBACK').run();
  }

  nested<T>(work: () => T): T {
    this.statement('SAVEPOINT part').run();
    try {
      const value = work();
      this.statement('RELEASE part').run();
      return value;
    } catch (error) {
      if (this.#database.isTransaction) {
        this.statement('ROLLBACK TO part').run();
        this.statement('RELEASE part').run();
      }
      throw storeError(error, this.#file);
    }
  }

  single<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw storeError(error, this.#file);
    }
  }

  isOpen(): boolean {
    return this.#database.isTransaction;
  }

  close(): void {
    this.#database.close();
  }

  async #prepareFile(): Promise<void> {
    const database = this.#database;
    const version = await this.#inTurn(() => this.#atOneMoment(() => this.#checkedVersion()));
    if (version === 0) {
      const { journal_mode: mode } = await this.#inTurn(
        () => database.prepare('PRAGMA journal_mode = WAL').get() as { journal_mode: string },
      );
      if (mode !== 'wal') throw new WalRefusedError();
    }
    // In WAL, FULL is what makes a commit wait until the log is on the disk; SQLite's default here may be NORMAL.
    database.exec('PRAGMA synchronous = FULL');
    if (version < SCHEMA_VERSION) await this.#migrate();
  }

  async #migrate(): Promise<void> {
    await this.begin();
    try {
      // Again: another process may have done it while this one waited.
      const version = this.#checkedVersion();
      if (version < SCHEMA_VERSION) this.#database.exec(migrationFrom(version));
      this.commit();
    } catch (error) {
      this.rollback();
      throw error;
    }
  }

  /** The version of the schema, 0 for an empty file. Reads only. */
  #checkedVersion(): number {
    const pragma = (name: string) => {
      const row = this.#database.prepare(`PRAGMA ${name}`).get() as Record<string, number>;
      return row[name] as number;
    };
    const version = pragma('user_version');
    const isOurs = pragma('application_id') === APPLICATION_ID;
    if (isOurs && version > SCHEMA_VERSION) throw storeTooNew(this.#file, version, SCHEMA_VERSION);
    if (isOurs && version > 0) return version;
    const { count } = this.#database.prepare('SELECT count(*) AS count FROM sqlite_schema').get() as {
      count: number;
    };
    if (count > 0 || version !== 0) throw storeCorrupt(this.#file);
    return 0;
  }

  /** Runs several reads that see the same state, whatever other processes commit meanwhile. */
  #atOneMoment<T>(work: () => T): T {
    this.#database.exec('BEGIN');
    try {
      return work();
    } finally {
      this.rollback();
    }
  }

  /** Tries until no other process is in the way, or it has been for too long. */
  async #inTurn<T>(work: () => T): Promise<T> {
    const deadline = performance.now() + this.#busyLimitMs;
    for (;;) {
      try {
        return work();
      } catch (error) {
        if (!isBusy(error) || performance.now() > deadline) throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, Math.random() * PAUSE_MS));
    }
  }
}

/** The file system cannot share memory between processes, as network file systems cannot. */
class WalRefusedError extends Error {
  readonly syscall = 'mmap';
  constructor() {
    super('its file system cannot be shared by several processes');
  }
}
