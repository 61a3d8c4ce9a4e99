/**
 * Durable calls in memory, for tests of what stands on a store. Durable is nothing of it.
 */
import type {
  AcceptedCall,
  CallRecord,
  CallRecords,
  CallSummary,
  StoredOutcome,
  UnsettledCount,
} from './call-records.ts';

interface Kept {
  readonly call: CallRecord;
  outcome?: StoredOutcome;
  isOutcomeGone?: boolean;
}

/** No records yet. */
export function memoryCalls(): CallRecords & {
  /** Forgets all of an environment. */
  deleteAll(environment: string): void;
} {
  /** In the order accepted. */
  const kept = new Map<string, Kept>();
  const all = (environment?: string, app?: string, functionName?: string) =>
    [...kept.values()].filter(
      ({ call }) =>
        (environment === undefined || call.environment === environment) &&
        (app === undefined || call.app === app) &&
        (functionName === undefined || call.functionName === functionName),
    );
  const unsettled = (...scope: (string | undefined)[]) =>
    all(...scope).filter(({ outcome }) => outcome === undefined);

  function accept(call: CallRecord): AcceptedCall {
    const { id, environment, app, functionName, idempotencyKey } = call;
    const present = all(environment, app, functionName).find(
      (each) => idempotencyKey !== undefined && each.call.idempotencyKey === idempotencyKey,
    );
    if (present !== undefined) return { id: present.call.id, isNew: false };
    if (kept.has(id)) return { id, isNew: false };
    kept.set(id, { call });
    return { id, isNew: true };
  }

  return {
    accept: async (call) => accept(call),
    acceptAll: async (calls) => calls.map(accept),
    settle: async (outcomes) =>
      outcomes
        .filter(({ id, ...outcome }) => {
          const one = kept.get(id);
          if (one === undefined || one.outcome !== undefined) return false;
          one.outcome = { attempts: 0, ...outcome };
          return true;
        })
        .map(({ id }) => id),
    get: async (id) => {
      const one = kept.get(id);
      return one && summaryOf(one);
    },
    outcome: async (id) => {
      const one = kept.get(id);
      return one?.isOutcomeGone ? undefined : one?.outcome;
    },
    list: async ({ environment, app, functionName, states, parent, before, limit }) => {
      const found = all(environment, app, functionName).map(summaryOf).reverse();
      if (before !== undefined && !kept.has(before)) return [];
      const order = [...kept.keys()];
      const end = before === undefined ? order.length : order.indexOf(before);
      const older = new Set(order.slice(0, end));
      return found
        .filter(
          ({ id, state, parent: maker }) =>
            older.has(id) &&
            (parent === undefined || maker === parent) &&
            (states === undefined ||
              states.includes(state) ||
              (state === 'queued' && states.includes('running'))),
        )
        .slice(0, Math.min(limit, 1000));
    },
    unsettled: async ({ environment, app, functionName, after, limit }) => {
      const order = [...kept.keys()];
      const from = after === undefined ? 0 : order.indexOf(after) + 1;
      const later = new Set(order.slice(from));
      return unsettled(environment, app, functionName)
        .map(({ call }) => call)
        .filter(({ id }) => later.has(id))
        .slice(0, limit);
    },
    unsettledCounts: async () => {
      const counts = new Map<string, UnsettledCount>();
      for (const { call } of unsettled()) {
        const { environment, app, functionName } = call;
        const key = JSON.stringify([environment, app, functionName]);
        const count = (counts.get(key)?.count ?? 0) + 1;
        counts.set(key, { environment, app, functionName, count });
      }
      return [...counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, count]) => count);
    },
    backlog: async (environment, app, functionName) => unsettled(environment, app, functionName).length,
    blobs: async () =>
      new Set(
        all()
          .map(({ call, outcome, isOutcomeGone }) =>
            isOutcomeGone ? undefined : outcome ? outcome.payloadBlob : call.payloadBlob,
          )
          .filter((blob) => blob !== undefined),
      ),
    forgetOutcomesBefore: async (at) => {
      const old = all().filter((one) => !one.isOutcomeGone && isBefore(one, at));
      for (const one of old) one.isOutcomeGone = true;
      return old.length;
    },
    forgetSettledBefore: async (at) => {
      const old = all().filter((one) => isBefore(one, at));
      for (const { call } of old) kept.delete(call.id);
      return old.length;
    },
    deleteAll(environment) {
      for (const { call } of all(environment)) kept.delete(call.id);
    },
  };
}

function isBefore({ outcome }: Kept, at: number): boolean {
  return outcome !== undefined && outcome.settledAt < at;
}

function summaryOf({ call, outcome }: Kept): CallSummary {
  const { payload: _, payloadBlob: __, parameters: ___, overrides: ____, ...summary } = call;
  const { state = 'queued', attempts = 0, startedAt, settledAt } = outcome ?? {};
  return {
    ...summary,
    state,
    ...(startedAt !== undefined && { startedAt }),
    ...(settledAt !== undefined && { settledAt }),
    attempts,
  };
}
