/**
 * Handlers of the routes of schedules. They only translate.
 */

import type { CheckedManifest } from '../../protocol/api/manifest-schema.ts';
import type { ScheduleReply } from '../../protocol/api/schedule-routes.ts';
import type { ScheduleName, ScheduleView } from '../../runtime/schedules/schedules.ts';
import type { ApiHandlers } from '../bind-routes.ts';
import { isoTime } from '../iso-time.ts';
import type { Services } from '../services.ts';

type ScheduleHandlers = Pick<ApiHandlers, 'schedules' | 'runSchedule' | 'pauseSchedule' | 'resumeSchedule'>;

/** The handlers, over the schedules of the server. */
export function schedulesApi({ schedules, calls, store }: Services): ScheduleHandlers {
  const toReply = async (view: ScheduleView): Promise<ScheduleReply> => {
    const { environment, app, functionName, schedule, paused, nextAt, lastDueAt } = view;
    return {
      ...{ environment, app, function: functionName, paused },
      schedule: schedule as NonNullable<CheckedManifest['functions'][number]['schedule']>,
      nextAt: timeOrNull(nextAt),
      lastDueAt: timeOrNull(lastDueAt),
      lastCall: await lastCall(view),
    };
  };
  const lastCall = async ({ environment, lastCallId }: ScheduleView): Promise<ScheduleReply['lastCall']> => {
    // It may be older than results are kept.
    if (lastCallId === undefined || (await store.calls.get(lastCallId)) === undefined) return null;
    const { id, state, acceptedAt, settledAt } = await (await calls.get()).get(environment, lastCallId);
    return { id, state, acceptedAt: isoTime(acceptedAt), settledAt: timeOrNull(settledAt) };
  };
  return {
    async schedules({ params: { environment } }) {
      const views = await (await schedules.get()).list(environment);
      return { schedules: await Promise.all(views.map(toReply)) };
    },
    runSchedule: async ({ params }) => ({ call: await (await schedules.get()).run(nameOf(params)) }),
    pauseSchedule: async ({ params }) => toReply(await (await schedules.get()).pause(nameOf(params))),
    resumeSchedule: async ({ params }) => toReply(await (await schedules.get()).resume(nameOf(params))),
  };
}

function nameOf({
  environment,
  app,
  function: functionName,
}: {
  readonly environment: string;
  readonly app: string;
  readonly function: string;
}): ScheduleName {
  return { environment, app, functionName };
}

function timeOrNull(ms: number | undefined): string | null {
  return ms === undefined ? null : isoTime(ms);
}
