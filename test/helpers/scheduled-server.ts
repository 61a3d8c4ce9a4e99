/**
 * A server of a home, as a process, and what `dray schedule list` says of it.
 */
import { expect } from 'vitest';
import type { ScheduleReply } from '../../src/protocol/api/schedule-routes.ts';
import { type CommandOptions, drayJson, startDray } from './run-command.ts';

export type SchedulesByFunction = Readonly<Record<string, ScheduleReply>>;

/** A server, once it listens. Its containers are what `args` and the environment say. */
export async function startedServer(options: CommandOptions, ...args: string[]) {
  const server = startDray(['server', 'start', '--port', '0', ...args], options);
  await server.untilPrinted('listens on');
  return server;
}

/** The schedules of the server, by function. */
export async function listedSchedules(options: CommandOptions): Promise<SchedulesByFunction> {
  type Listed = { schedules: ScheduleReply[] };
  const { document } = await drayJson<Listed>(['schedule', 'list', '--json'], options);
  return Object.fromEntries(document.schedules.map((schedule) => [schedule.function, schedule]));
}

/** Lists them until `fits` does, and gives what it fits. */
export async function schedulesUntil(
  options: CommandOptions,
  fits: (schedules: SchedulesByFunction) => boolean,
): Promise<SchedulesByFunction> {
  let schedules: SchedulesByFunction = {};
  const look = async () => {
    schedules = await listedSchedules(options);
    return fits(schedules);
  };
  await expect.poll(look).toBe(true);
  return schedules;
}
