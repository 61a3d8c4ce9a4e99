/**
 * What the commands that do something to one schedule share: which it is, and the server to ask.
 */
import { Args } from '@oclif/core';
import type { ServerClient } from '../client/server-client.ts';
import { namedSchedule } from './schedule-reference.ts';

/** The argument that names a schedule. */
export const SCHEDULE_ARG = {
  schedule: Args.string({
    required: true,
    ignoreStdin: true,
    description: 'which schedule: APP::FUNCTION, or the app alone where one function of it has one',
  }),
};

/** The parameters of the route of the schedule meant. */
export async function scheduleParams(client: ServerClient, environment: string, reference: string) {
  const { schedules } = reference.includes('::')
    ? { schedules: [] }
    : await client.request('schedules', { params: { environment } });
  const { app, function: fn } = namedSchedule(reference, schedules);
  return { environment, app, function: fn };
}
