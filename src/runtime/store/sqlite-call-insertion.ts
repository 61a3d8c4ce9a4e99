/**
 * Writes one call into SQLite, as a part of somebody's transaction.
 *
 * Invariants
 * - of one id, and of one idempotency key in a function, there is one call
 * - it changes rows by one statement; a target that it left behind without a call harms nothing
 */
import type { AcceptedCall, CallRecord } from './call-records.ts';
import type { SqliteConnection } from './sqlite-connection.ts';

/** SQLITE_CONSTRAINT_NOTNULL, https://www.sqlite.org/rescode.html */
const NOT_NULL = 1299;

const INSERT = `INSERT INTO calls (id, target, state, outcome_gone, accepted_at, attempts, method, origin, parent,
  idempotency_key, payload_blob, parameters, overrides, payload)
  VALUES (?, (SELECT target FROM call_targets WHERE environment = ? AND app = ? AND function = ?),
    0, 0, ?, 0, ?, ?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT DO NOTHING`;

const PRESENT = `SELECT id FROM calls WHERE target =
  (SELECT target FROM call_targets WHERE environment = ? AND app = ? AND function = ?) AND idempotency_key = ?`;

/** The writer of calls of one connection. */
export class CallInsertion {
  readonly #connection: SqliteConnection;
  /** Targets that were written, or are about to be: one that is not there after all is written again. */
  readonly #targets = new Set<string>();

  constructor(connection: SqliteConnection) {
    this.#connection = connection;
  }

  /** Accepts the call, inside a transaction. */
  insert(call: CallRecord): AcceptedCall {
    const { id, environment, app, functionName, idempotencyKey } = call;
    const target = `${environment}/${app}/${functionName}`;
    if (!this.#targets.has(target)) this.#putTarget(target, call);
    if (this.#inserted(call, target)) return { id, isNew: true };
    if (idempotencyKey === undefined) return { id, isNew: false };
    const present = this.#connection.statement(PRESENT).get(environment, app, functionName, idempotencyKey) as
      | { id: string }
      | undefined;
    return { id: present?.id ?? id, isNew: false };
  }

  #inserted(call: CallRecord, target: string): boolean {
    try {
      return this.#run(call);
    } catch (error) {
      if ((error as { errcode?: number }).errcode !== NOT_NULL) throw error;
      // The transaction that was to write the target is gone, or its environment was deleted since.
      this.#putTarget(target, call);
      return this.#run(call);
    }
  }

  #run(call: CallRecord): boolean {
    const { changes } = this.#connection
      .statement(INSERT)
      .run(
        call.id,
        call.environment,
        call.app,
        call.functionName,
        call.acceptedAt,
        call.method,
        call.origin,
        call.parent ?? null,
        call.idempotencyKey ?? null,
        call.payloadBlob ?? null,
        call.parameters,
        call.overrides,
        call.payload,
      );
    return changes === 1;
  }

  #putTarget(target: string, { environment, app, functionName }: CallRecord): void {
    const sql =
      'INSERT INTO call_targets (environment, app, function) VALUES (?, ?, ?) ON CONFLICT DO NOTHING';
    this.#connection.statement(sql).run(environment, app, functionName);
    this.#targets.add(target);
  }
}
