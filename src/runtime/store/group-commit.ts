/**
 * Joins the writes of many callers into one transaction, so that they share the one wait for the disk.
 *
 * Writes that are asked for in one turn of the event loop, and while the disk is busy with the ones before, become
 * durable together. It knows transactions only through a port, and decides nothing about what is written.
 *
 * Invariants
 * - a write resolves after its transaction is committed, never before
 * - writes apply in the order asked for
 * - a write that throws leaves nothing and fails alone; a transaction that fails fails all of its writes
 */

/** A connection that one transaction at a time runs on. All of it is synchronous but the wait for its turn. */
export interface Transactions {
  /** Waits until no other process writes, and begins. */
  begin(): Promise<void>;
  commit(): void;
  /** Does nothing where the database rolled back by itself. */
  rollback(): void;
  /** Runs a part of the transaction that can be undone alone. */
  nested<T>(work: () => T): T;
  /** Runs a part that needs no undoing. */
  single<T>(work: () => T): T;
  /** Whether a transaction is open: a serious error ends it. */
  isOpen(): boolean;
}

interface Write {
  apply(): unknown;
  /** It changes rows by one statement alone, which the database undoes by itself where it fails. */
  readonly isOneStatement: boolean;
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

/** Writes of one transaction: a bound on how long readers of this process wait for it. */
const MAX_JOINED = 4096;

export class GroupCommit {
  readonly #transactions: Transactions;
  #waiting: Write[] = [];
  #running: Promise<void> | undefined;

  constructor(transactions: Transactions) {
    this.#transactions = transactions;
  }

  /** Applies a write in a transaction; resolves to what it returned once that is durable. */
  write<T>(apply: () => T): Promise<T> {
    return this.#join(apply, false);
  }

  /**
   * The same for a write that changes rows by at most one statement after which nothing can fail: without the
   * savepoint that undoes several, which costs as much as the statement.
   */
  writeOne<T>(apply: () => T): Promise<T> {
    return this.#join(apply, true);
  }

  /** Resolves when nothing is waiting any more. */
  async drained(): Promise<void> {
    await this.#running;
  }

  #join<T>(apply: () => T, isOneStatement: boolean): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#waiting.push({ apply, isOneStatement, resolve: resolve as Write['resolve'], reject });
      this.#running ??= this.#commitAll();
    });
  }

  async #commitAll(): Promise<void> {
    try {
      while (this.#waiting.length > 0) {
        // One turn for others to join; the callers answered by the last round are among them.
        await new Promise((resolve) => setImmediate(resolve));
        await this.#commitOnce();
      }
    } finally {
      this.#running = undefined;
    }
  }

  async #commitOnce(): Promise<void> {
    const waiting = this.#waiting.length;
    let joined: Write[] = [];
    try {
      await this.#transactions.begin();
      // Taken only now: whoever came while another process was writing joins as well.
      joined = this.#waiting.splice(0, MAX_JOINED);
      const answers = joined.map((write) => this.#apply(write));
      this.#transactions.commit();
      for (const answer of answers) answer();
    } catch (error) {
      this.#transactions.rollback();
      if (joined.length === 0) joined = this.#waiting.splice(0, waiting);
      for (const { reject } of joined) reject(error);
    }
  }

  /** How to answer the write, once the transaction is committed. Throws where the transaction is lost. */
  #apply({ apply, isOneStatement, resolve, reject }: Write): () => void {
    try {
      const value = isOneStatement ? this.#transactions.single(apply) : this.#transactions.nested(apply);
      return () => resolve(value);
    } catch (error) {
      if (!this.#transactions.isOpen()) throw error;
      return () => reject(error);
    }
  }
}
