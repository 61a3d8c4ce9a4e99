/**
 * What is remembered of schedules, in memory, for tests of what stands on a store.
 */
import type { CallRecords } from './call-records.ts';
import type { ScheduleRecord, ScheduleRecords } from './schedule-records.ts';

/** No records yet; firings accept their calls in `calls`. */
export function memorySchedules(calls: CallRecords): ScheduleRecords & {
  /** Forgets all of an environment. */
  deleteAll(environment: string): void;
} {
  const schedules = new Map<string, ScheduleRecord>();
  return {
    list: async (environment) =>
      [...schedules]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([, schedule]) => schedule)
        .filter((schedule) => environment === undefined || schedule.environment === environment),
    get: async (...names) => schedules.get(keyOf(...names)),
    async ensure({ environment, app, functionName, since }) {
      const key = keyOf(environment, app, functionName);
      if (!schedules.has(key)) schedules.set(key, { environment, app, functionName, since, paused: false });
    },
    async setPaused(environment, app, functionName, paused) {
      const schedule = schedules.get(keyOf(environment, app, functionName));
      if (schedule === undefined) return false;
      schedules.set(keyOf(environment, app, functionName), { ...schedule, paused });
      return true;
    },
    async fire({ environment, app, functionName }, { dueAt, after }, call) {
      const key = keyOf(environment, app, functionName);
      const schedule = schedules.get(key);
      if (schedule === undefined || schedule.lastDueAt !== after) return false;
      schedules.set(key, {
        ...schedule,
        lastDueAt: dueAt,
        ...(call !== undefined && { lastCallId: call.id }),
      });
      if (call !== undefined) await calls.accept(call);
      return true;
    },
    delete: async (...names) => schedules.delete(keyOf(...names)),
    deleteAll(environment) {
      for (const [key, schedule] of schedules)
        if (schedule.environment === environment) schedules.delete(key);
    },
  };
}

function keyOf(environment: string, app: string, functionName: string): string {
  return JSON.stringify([environment, app, functionName]);
}
