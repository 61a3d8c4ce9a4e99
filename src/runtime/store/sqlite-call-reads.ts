/**
 * What is read of durable calls in SQLite.
 *
 * Calls are looked for by target (a function of an app) and state, newest or oldest first: one walk along an index for each
 * pair, whose first few are merged. So a page costs the same whether there are a hundred calls or a million.
 */
import {
  CALL_STATES,
  type CallOrigin,
  type CallRecord,
  type CallRecords,
  type CallSummary,
  type SettledState,
  type StoredCallState,
  type StoredOutcome,
  type UnsettledCount,
} from './call-records.ts';
import type { SqliteConnection } from './sqlite-connection.ts';

type Reads = Pick<
  CallRecords,
  'get' | 'outcome' | 'list' | 'unsettled' | 'unsettledCounts' | 'backlog' | 'blobs'
>;

interface SummaryRow {
  readonly id: string;
  readonly environment: string;
  readonly app: string;
  readonly function: string;
  readonly state: number;
  readonly accepted_at: number;
  readonly started_at: number | null;
  readonly settled_at: number | null;
  readonly attempts: number;
  readonly method: string;
  readonly origin: string;
  readonly parent: string | null;
  readonly idempotency_key: string | null;
}

interface Row extends SummaryRow {
  readonly outcome_gone: number;
  readonly payload_blob: string | null;
  readonly parameters: Uint8Array;
  readonly overrides: Uint8Array;
  readonly payload: Uint8Array;
}

const SUMMARY = `id, environment, app, function, state, accepted_at, started_at, settled_at, attempts, method, origin,
  parent, idempotency_key`;
const JOINED = 'calls JOIN call_targets USING (target)';
/** Index into CALL_STATES of a call that has not settled: `running` is never stored. */
const UNSETTLED = 0;
/** Most calls of one page. */
const MAX_PAGE = 1000;

/** Of an environment, or one of its apps or functions. */
const TARGETS = `SELECT target FROM call_targets WHERE (?1 IS NULL OR environment = ?1) AND (?2 IS NULL OR app = ?2)
  AND (?3 IS NULL OR function = ?3)`;

/** The reading part of the records of an open connection. */
export function sqliteCallReads(connection: SqliteConnection): Reads {
  const one = <T>(sql: string, ...values: (string | number | null)[]) =>
    connection.statement(sql).get(...values) as T | undefined;
  const all = <T>(sql: string, ...values: (string | number | null)[]) =>
    connection.statement(sql).all(...values) as unknown as T[];

  const sequenceOf = (id: string) =>
    one<{ sequence: number }>('SELECT sequence FROM calls WHERE id = ?', id)?.sequence;

  /** The first `limit` calls of the targets in the states, on one side of a call, in the order asked for. */
  function walk(
    targets: readonly number[],
    states: readonly number[],
    { from, limit, order }: { from: number | undefined; limit: number; order: 'ASC' | 'DESC' },
  ): number[] {
    const side = order === 'ASC' ? 'sequence > ?' : 'sequence < ?';
    const start = from ?? (order === 'ASC' ? -1 : Number.MAX_SAFE_INTEGER);
    const sql = `SELECT sequence FROM calls WHERE target = ? AND state = ? AND ${side} ORDER BY sequence ${order} LIMIT ?`;
    const found = targets.flatMap((target) =>
      states.flatMap((state) => all<{ sequence: number }>(sql, target, state, start, limit)),
    );
    const sign = order === 'ASC' ? 1 : -1;
    return found
      .map(({ sequence }) => sequence)
      .sort((a, b) => (a - b) * sign)
      .slice(0, limit);
  }

  const targetsOf = (environment?: string, app?: string, functionName?: string) =>
    all<{ target: number }>(TARGETS, environment ?? null, app ?? null, functionName ?? null).map(
      ({ target }) => target,
    );

  return {
    get: (id) =>
      connection.read(() => {
        const row = one<SummaryRow>(`SELECT ${SUMMARY} FROM ${JOINED} WHERE id = ?`, id);
        return row && toSummary(row);
      }),

    outcome: (id) =>
      connection.read(() => {
        const row = one<Row>('SELECT * FROM calls WHERE id = ? AND outcome_gone = 0', id);
        return row && toOutcome(row);
      }),

    list: ({ environment, app, functionName, states, parent, before, limit }) =>
      connection.read(() => {
        const from = before === undefined ? undefined : sequenceOf(before);
        if (before !== undefined && from === undefined) return [];
        const targets = targetsOf(environment, app, functionName);
        const wanted = stateNumbers(states);
        const most = Math.min(limit, MAX_PAGE);
        const found =
          parent === undefined
            ? walk(targets, wanted, { from, limit: most, order: 'DESC' })
            : all<{ sequence: number }>(
                `SELECT sequence FROM calls WHERE parent = ? AND sequence < ?
                AND target IN (SELECT value FROM json_each(?)) AND state IN (SELECT value FROM json_each(?))
                ORDER BY sequence DESC LIMIT ?`,
                ...[parent, from ?? Number.MAX_SAFE_INTEGER, JSON.stringify(targets)],
                ...[JSON.stringify(wanted), most],
              ).map(({ sequence }) => sequence);
        return found.flatMap((sequence) => {
          const row = one<SummaryRow>(`SELECT ${SUMMARY} FROM ${JOINED} WHERE sequence = ?`, sequence);
          return row === undefined ? [] : [toSummary(row)];
        });
      }),

    unsettled: ({ environment, app, functionName, after, limit }) =>
      connection.read(() => {
        const from = after === undefined ? undefined : sequenceOf(after);
        const targets = targetsOf(environment, app, functionName);
        const found = walk(targets, [UNSETTLED], { from, limit, order: 'ASC' });
        return found.flatMap((sequence) => {
          const row = one<Row>(`SELECT * FROM ${JOINED} WHERE sequence = ? AND state = 0`, sequence);
          return row === undefined ? [] : [toRecord(row)];
        });
      }),

    unsettledCounts: () =>
      connection.read(() =>
        all<UnsettledCount>(
          `SELECT environment, app, function AS functionName,
            (SELECT count(*) FROM calls WHERE target = each.target AND state = 0) AS count
          FROM call_targets AS each ORDER BY environment, app, function`,
        )
          .filter(({ count }) => count > 0)
          .map((row) => ({ ...row })),
      ),

    backlog: (environment, app, functionName) =>
      connection.read(() => {
        const sql = 'SELECT count(*) AS count FROM calls WHERE target = ? AND state = 0';
        return targetsOf(environment, app, functionName)
          .map((target) => one<{ count: number }>(sql, target)?.count ?? 0)
          .reduce((sum, count) => sum + count, 0);
      }),

    blobs: () =>
      connection.read(() => {
        const sql = 'SELECT DISTINCT payload_blob AS blob FROM calls WHERE payload_blob IS NOT NULL';
        return new Set(all<{ blob: string }>(sql).map(({ blob }) => blob));
      }),
  };
}

function stateNumbers(states: readonly StoredCallState[] = CALL_STATES): number[] {
  return [...new Set(states.map((state) => (state === 'running' ? UNSETTLED : CALL_STATES.indexOf(state))))];
}

function toSummary(row: SummaryRow): CallSummary {
  return {
    id: row.id,
    environment: row.environment,
    app: row.app,
    functionName: row.function,
    method: row.method,
    origin: row.origin as CallOrigin,
    ...(row.parent !== null && { parent: row.parent }),
    ...(row.idempotency_key !== null && { idempotencyKey: row.idempotency_key }),
    acceptedAt: row.accepted_at,
    state: CALL_STATES[row.state] as StoredCallState,
    ...(row.started_at !== null && { startedAt: row.started_at }),
    ...(row.settled_at !== null && { settledAt: row.settled_at }),
    attempts: row.attempts,
  };
}

function toRecord(row: Row): CallRecord {
  const { state: _, attempts: __, ...summary } = toSummary(row);
  const { parameters, overrides, payload, payload_blob: blob } = row;
  return { ...summary, parameters, overrides, payload, ...(blob !== null && { payloadBlob: blob }) };
}

function toOutcome(row: Row): StoredOutcome | undefined {
  if (row.settled_at === null) return undefined;
  return {
    state: CALL_STATES[row.state] as SettledState,
    payload: row.payload,
    ...(row.payload_blob !== null && { payloadBlob: row.payload_blob }),
    settledAt: row.settled_at,
    ...(row.started_at !== null && { startedAt: row.started_at }),
    attempts: row.attempts,
  };
}
