/**
 * What is remembered of schedules, in SQLite.
 *
 * Invariants
 * - a firing and the call that it accepts are written in one transaction
 */
import type { GroupCommit } from './group-commit.ts';
import type { ScheduleRecord, ScheduleRecords } from './schedule-records.ts';
import type { CallInsertion } from './sqlite-call-insertion.ts';
import type { SqliteConnection } from './sqlite-connection.ts';

interface Row {
  readonly environment: string;
  readonly app: string;
  readonly function: string;
  readonly paused: number;
  readonly since: number;
  readonly last_due_at: number | null;
  readonly last_call: string | null;
}

const ALL = 'environment, app, function, paused, since, last_due_at, last_call';
const ONE = 'environment = ? AND app = ? AND function = ?';

/** The records of an open connection; writes go through `commits`. */
export function sqliteSchedules(
  connection: SqliteConnection,
  commits: GroupCommit,
  insertion: CallInsertion,
): ScheduleRecords {
  const sql = (text: string) => connection.statement(text);
  return {
    list: (environment) =>
      connection.read(() => {
        const where = '(?1 IS NULL OR environment = ?1)';
        const rows = sql(
          `SELECT ${ALL} FROM schedules WHERE ${where} ORDER BY environment, app, function`,
        ).all(environment ?? null);
        return (rows as unknown as Row[]).map(toRecord);
      }),

    get: (environment, app, functionName) =>
      connection.read(() => {
        const row = sql(`SELECT ${ALL} FROM schedules WHERE ${ONE}`).get(environment, app, functionName);
        return row && toRecord(row as unknown as Row);
      }),

    ensure: ({ environment, app, functionName, since }) =>
      commits.write(() => {
        sql(`INSERT INTO schedules (${ALL}) VALUES (?, ?, ?, 0, ?, NULL, NULL) ON CONFLICT DO NOTHING`).run(
          ...[environment, app, functionName, since],
        );
      }),

    setPaused: (environment, app, functionName, paused) =>
      commits.write(
        () =>
          sql(`UPDATE schedules SET paused = ? WHERE ${ONE}`).run(
            ...[Number(paused), environment, app, functionName],
          ).changes === 1,
      ),

    fire: ({ environment, app, functionName }, { dueAt, after }, call) =>
      commits.write(() => {
        const { changes } = sql(
          `UPDATE schedules SET last_due_at = ?, last_call = coalesce(?, last_call) WHERE ${ONE} AND last_due_at IS ?`,
        ).run(dueAt, call?.id ?? null, environment, app, functionName, after ?? null);
        if (changes === 0) return false;
        if (call !== undefined) insertion.insert(call);
        return true;
      }),

    delete: (environment, app, functionName) =>
      commits.write(
        () => sql(`DELETE FROM schedules WHERE ${ONE}`).run(environment, app, functionName).changes === 1,
      ),
  };
}

function toRecord(row: Row): ScheduleRecord {
  return {
    environment: row.environment,
    app: row.app,
    functionName: row.function,
    paused: row.paused === 1,
    since: row.since,
    ...(row.last_due_at !== null && { lastDueAt: row.last_due_at }),
    ...(row.last_call !== null && { lastCallId: row.last_call }),
  };
}
