/**
 * Routes of the schedules of deployed functions.
 */
import { z } from 'zod';
import type { ApiRoute } from './api-route.ts';
import { name, time } from './field-schemas.ts';
import { scheduleSchema } from './manifest-schema.ts';

const environmentPath = z.object({ environment: name });
const functionPath = environmentPath.extend({ app: name, function: name });

const lastCall = z
  .object({
    id: z.string(),
    state: z.enum(['queued', 'running', 'succeeded', 'failed', 'cancelled', 'timed-out']),
    acceptedAt: time,
    settledAt: time.nullable(),
  })
  .meta({ id: 'ScheduledCall' });

const scheduleReply = z
  .object({
    environment: z.string(),
    app: z.string(),
    function: z.string(),
    schedule: scheduleSchema,
    paused: z.boolean(),
    nextAt: time.nullable().describe('When it fires next; null where it is paused or never does'),
    lastDueAt: time.nullable().describe('When its last firing was due'),
    lastCall: lastCall.nullable().describe('The call of the last firing that was not left out'),
  })
  .meta({ id: 'FunctionSchedule' });

const scheduleList = z.object({ schedules: z.array(scheduleReply) }).meta({ id: 'FunctionSchedules' });
const ranReply = z.object({ call: z.string().describe('Its id') }).meta({ id: 'ScheduleRan' });

const ofFunction = '/v1/environments/{environment}/apps/{app}/functions/{function}/schedule';

export const SCHEDULE_ROUTES = {
  schedules: {
    method: 'get',
    path: '/v1/environments/{environment}/schedules',
    summary: 'The deployed functions that have a schedule',
    access: 'read',
    params: environmentPath,
    reply: scheduleList,
  },
  runSchedule: {
    method: 'post',
    path: `${ofFunction}/run`,
    summary: 'Call a scheduled function now; its schedule stays as it is',
    access: 'invoke',
    params: functionPath,
    reply: ranReply,
  },
  pauseSchedule: {
    method: 'post',
    path: `${ofFunction}/pause`,
    summary: 'Let a schedule fire no more until it is resumed',
    access: 'deploy',
    params: functionPath,
    reply: scheduleReply,
  },
  resumeSchedule: {
    method: 'post',
    path: `${ofFunction}/resume`,
    summary: 'Let a schedule fire again; what fell due meanwhile is not made up for',
    access: 'deploy',
    params: functionPath,
    reply: scheduleReply,
  },
} as const satisfies Record<string, ApiRoute>;

export type ScheduleReply = z.output<typeof scheduleReply>;
