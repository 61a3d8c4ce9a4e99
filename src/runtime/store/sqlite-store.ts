/**
 * The store in one SQLite file.
 *
 * Any number of processes may have it open at once. Writes of this process are joined (group-commit.ts).
 */
import { GroupCommit } from './group-commit.ts';
import { sqliteAccess } from './sqlite-access.ts';
import { CallInsertion } from './sqlite-call-insertion.ts';
import { sqliteCalls } from './sqlite-calls.ts';
import { SqliteConnection, type SqliteOptions } from './sqlite-connection.ts';
import { sqliteDeployments } from './sqlite-deployments.ts';
import { sqliteEnvironments } from './sqlite-environments.ts';
import { sqliteSchedules } from './sqlite-schedules.ts';
import { sqliteSecrets } from './sqlite-secrets.ts';
import type { Store } from './store.ts';

/** Opens a store file, or makes one. Throws an EnvironmentError where it cannot be used. */
export async function openSqliteStore(file: string, options?: SqliteOptions): Promise<Store> {
  const connection = await SqliteConnection.open(file, options);
  const commits = new GroupCommit(connection);
  const insertion = new CallInsertion(connection);
  let closing: Promise<void> | undefined;
  const close = () => {
    closing ??= commits.drained().then(() => connection.close());
    return closing;
  };
  return {
    environments: sqliteEnvironments(connection, commits),
    secrets: sqliteSecrets(connection, commits),
    access: sqliteAccess(connection, commits),
    deployments: sqliteDeployments(connection, commits),
    calls: sqliteCalls(connection, commits, insertion),
    schedules: sqliteSchedules(connection, commits, insertion),
    close,
    [Symbol.asyncDispose]: close,
  };
}
