/**
 * Apps and their deployments in SQLite.
 *
 * Invariants
 * - a version is written with the app that serves it, in one transaction
 */
import type { AppRecord, DeploymentRecord, DeploymentRecords } from './deployment-records.ts';
import type { GroupCommit } from './group-commit.ts';
import { namedBlobs } from './named-blobs.ts';
import type { SqliteConnection } from './sqlite-connection.ts';

interface AppRow {
  readonly environment: string;
  readonly name: string;
  readonly created_at: number;
  readonly version: number;
  readonly state: string;
  readonly stopped_at: number | null;
}

interface Row {
  readonly environment: string;
  readonly app: string;
  readonly version: number;
  readonly deployed_at: number;
  readonly deployed_by: string;
  readonly client: string;
  readonly tag: string | null;
  readonly git_commit: string | null;
  readonly dirty: number | null;
  readonly rollback_of: number | null;
  readonly parts: string;
  readonly manifest: string;
}

const APP = 'environment, name, created_at, version, state, stopped_at';
const ALL = `environment, app, version, deployed_at, deployed_by, client, tag, git_commit, dirty, rollback_of, parts,
  manifest`;

/** The records of an open connection; writes go through `commits`. */
export function sqliteDeployments(connection: SqliteConnection, commits: GroupCommit): DeploymentRecords {
  const one = <T>(sql: string, ...values: (string | number)[]) =>
    connection.statement(sql).get(...values) as T | undefined;
  const all = <T>(sql: string, ...values: (string | number)[]) =>
    connection.statement(sql).all(...values) as unknown as T[];
  const appRow = (environment: string, name: string) =>
    one<AppRow>(`SELECT ${APP} FROM apps WHERE environment = ? AND name = ?`, environment, name);

  return {
    apps: (environment) =>
      connection.read(() => {
        const rows =
          environment === undefined
            ? all<AppRow>(`SELECT ${APP} FROM apps ORDER BY environment, name`)
            : all<AppRow>(`SELECT ${APP} FROM apps WHERE environment = ? ORDER BY name`, environment);
        return rows.map(toApp);
      }),

    app: (environment, name) =>
      connection.read(() => {
        const row = appRow(environment, name);
        return row && toApp(row);
      }),

    publish: (deployment, expected) =>
      commits.write(() => {
        const { environment, app, deployedAt } = deployment;
        if (one('SELECT 1 FROM environments WHERE name = ?', environment) === undefined) return undefined;
        if ((appRow(environment, app)?.version ?? 0) !== expected) return undefined;
        const last = one<{ version: number | null }>(
          'SELECT max(version) AS version FROM deployments WHERE environment = ? AND app = ?',
          ...[environment, app],
        );
        const version = (last?.version ?? 0) + 1;
        connection
          .statement(`INSERT INTO deployments (${ALL}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
          .run(
            ...[environment, app, version, deployedAt, deployment.deployedBy, deployment.client],
            ...[deployment.tag ?? null, deployment.commit ?? null],
            ...[
              deployment.dirty === undefined ? null : Number(deployment.dirty),
              deployment.rollbackOf ?? null,
            ],
            ...[JSON.stringify(deployment.parts), JSON.stringify(deployment.manifest)],
          );
        connection
          .statement(
            `INSERT INTO apps (${APP}) VALUES (?, ?, ?, ?, 'deployed', NULL)
            ON CONFLICT DO UPDATE SET version = excluded.version, state = 'deployed', stopped_at = NULL`,
          )
          .run(environment, app, deployedAt, version);
        return { ...deployment, version };
      }),

    deployment: (environment, app, version) =>
      connection.read(() => {
        const sql = `SELECT ${ALL} FROM deployments WHERE environment = ? AND app = ? AND version = ?`;
        const row = one<Row>(sql, environment, app, version);
        return row && toDeployment(row);
      }),

    history: (environment, app) =>
      connection.read(() => {
        const sql = `SELECT ${ALL} FROM deployments WHERE environment = ? AND app = ? ORDER BY version DESC`;
        return all<Row>(sql, environment, app).map(toDeployment);
      }),

    stop: (environment, app, at) =>
      commits.write(() => {
        const sql = `UPDATE apps SET state = 'stopped', stopped_at = ? WHERE environment = ? AND name = ?
          AND state = 'deployed'`;
        return connection.statement(sql).run(at, environment, app).changes === 1;
      }),

    blobs: () =>
      connection.read(() => {
        const rows = all<Pick<Row, 'parts' | 'manifest'>>('SELECT parts, manifest FROM deployments');
        return new Set(
          rows.flatMap(({ parts, manifest }) =>
            namedBlobs({ parts: JSON.parse(parts) as DeploymentRecord['parts'], manifest }),
          ),
        );
      }),
  };
}

function toApp(row: AppRow): AppRecord {
  return {
    environment: row.environment,
    name: row.name,
    createdAt: row.created_at,
    version: row.version,
    state: row.state as AppRecord['state'],
    ...(row.stopped_at !== null && { stoppedAt: row.stopped_at }),
  };
}

function toDeployment(row: Row): DeploymentRecord {
  return {
    environment: row.environment,
    app: row.app,
    version: row.version,
    manifest: JSON.parse(row.manifest) as DeploymentRecord['manifest'],
    parts: JSON.parse(row.parts) as DeploymentRecord['parts'],
    deployedAt: row.deployed_at,
    deployedBy: row.deployed_by,
    client: row.client,
    ...(row.tag !== null && { tag: row.tag }),
    ...(row.git_commit !== null && { commit: row.git_commit }),
    ...(row.dirty !== null && { dirty: row.dirty === 1 }),
    ...(row.rollback_of !== null && { rollbackOf: row.rollback_of }),
  };
}
