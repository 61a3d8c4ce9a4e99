/**
 * Durable calls in SQLite: what is written of them. What is read is in sqlite-call-reads.ts.
 *
 * A row holds its call's arguments until the call settled, and its outcome from then on: nobody needs the arguments
 * any more, and rows stay of one size.
 *
 * Invariants
 * - a call settles once: whoever comes second finds no row to change
 * - forgetting many calls takes many short transactions, between which others get their turn
 */
import { CALL_STATES, type CallRecords, type StoredOutcome } from './call-records.ts';
import type { GroupCommit } from './group-commit.ts';
import type { CallInsertion } from './sqlite-call-insertion.ts';
import { sqliteCallReads } from './sqlite-call-reads.ts';
import type { SqliteConnection } from './sqlite-connection.ts';

/** Calls that one transaction forgets. */
const FORGOTTEN_AT_ONCE = 1000;

const SETTLE = `UPDATE calls SET state = ?, settled_at = ?, started_at = ?, attempts = ?, payload_blob = ?,
  parameters = x'', overrides = x'', payload = ? WHERE id = ? AND state = 0`;

const FORGET_OUTCOMES = `UPDATE calls SET outcome_gone = 1, payload_blob = NULL, payload = x'' WHERE sequence IN
  (SELECT sequence FROM calls WHERE outcome_gone = 0 AND settled_at < ? LIMIT ${FORGOTTEN_AT_ONCE})`;

const FORGET = `DELETE FROM calls WHERE sequence IN
  (SELECT sequence FROM calls WHERE outcome_gone IN (0, 1) AND settled_at < ? LIMIT ${FORGOTTEN_AT_ONCE})`;

/** The records of an open connection; writes go through `commits`. */
export function sqliteCalls(
  connection: SqliteConnection,
  commits: GroupCommit,
  insertion: CallInsertion,
): CallRecords {
  const settle = (outcome: StoredOutcome & { readonly id: string }) => {
    const { state, settledAt, startedAt = null, attempts = 0, payloadBlob = null, payload, id } = outcome;
    return (
      connection
        .statement(SETTLE)
        .run(CALL_STATES.indexOf(state), settledAt, startedAt, attempts, payloadBlob, payload, id).changes ===
      1
    );
  };

  async function forget(sql: string, at: number): Promise<number> {
    for (let total = 0; ; ) {
      const changes = await commits.write(() => Number(connection.statement(sql).run(at).changes));
      total += changes;
      if (changes < FORGOTTEN_AT_ONCE) return total;
    }
  }

  return {
    ...sqliteCallReads(connection),
    accept: (call) => commits.writeOne(() => insertion.insert(call)),
    acceptAll: (calls) => commits.write(() => calls.map((call) => insertion.insert(call))),
    settle(outcomes) {
      const [first, second] = outcomes;
      if (first === undefined) return Promise.resolve([]);
      if (second === undefined) return commits.writeOne(() => (settle(first) ? [first.id] : []));
      return commits.write(() => outcomes.filter(settle).map(({ id }) => id));
    },
    forgetOutcomesBefore: (at) => forget(FORGET_OUTCOMES, at),
    forgetSettledBefore: (at) => forget(FORGET, at),
  };
}
