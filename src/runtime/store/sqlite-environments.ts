/**
 * Environments in SQLite.
 */
import type { GroupCommit } from './group-commit.ts';
import type { SqliteConnection } from './sqlite-connection.ts';
import { type EnvironmentRecord, type EnvironmentRecords, MAIN_ENVIRONMENT } from './store.ts';

const COLUMNS = 'name, created_at AS createdAt';

/** What goes with an environment. */
const DELETE_RECORDS = [
  'DELETE FROM secrets WHERE environment = ?',
  'DELETE FROM apps WHERE environment = ?',
  'DELETE FROM deployments WHERE environment = ?',
  'DELETE FROM schedules WHERE environment = ?',
  'DELETE FROM calls WHERE target IN (SELECT target FROM call_targets WHERE environment = ?)',
  'DELETE FROM call_targets WHERE environment = ?',
];

/** The records of an open connection; writes go through `commits`. */
export function sqliteEnvironments(connection: SqliteConnection, commits: GroupCommit): EnvironmentRecords {
  const holdsRecords = (name: string) =>
    connection
      .statement(
        `SELECT 1 FROM secrets WHERE environment = ?1 UNION ALL SELECT 1 FROM apps WHERE environment = ?1 LIMIT 1`,
      )
      .get(name) !== undefined;
  return {
    list: () =>
      connection.read(() =>
        connection
          .statement(`SELECT ${COLUMNS} FROM environments ORDER BY name`)
          .all()
          .map((row) => ({ ...row }) as unknown as EnvironmentRecord),
      ),
    get: (name) =>
      connection.read(() => {
        const row = connection.statement(`SELECT ${COLUMNS} FROM environments WHERE name = ?`).get(name);
        return row && ({ ...row } as unknown as EnvironmentRecord);
      }),
    create: ({ name, createdAt }) =>
      commits.write(() => {
        const sql = 'INSERT INTO environments VALUES (?, ?) ON CONFLICT DO NOTHING';
        return connection.statement(sql).run(name, createdAt).changes === 1;
      }),
    delete: (name, { withRecords = false } = {}) =>
      commits.write(() => {
        if (name === MAIN_ENVIRONMENT) return 'main';
        if (!withRecords && holdsRecords(name)) return 'not-empty';
        for (const sql of DELETE_RECORDS) connection.statement(sql).run(name);
        const { changes } = connection.statement('DELETE FROM environments WHERE name = ?').run(name);
        return changes === 1 ? 'deleted' : 'not-found';
      }),
  };
}
