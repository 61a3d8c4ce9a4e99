/**
 * `dray schedule pause`: let a schedule fire no more until it is resumed.
 */
import { BaseCommand } from '../../cli/base-command.ts';
import { SCHEDULE_ARG, scheduleParams } from '../../cli/schedule-change.ts';
import { chosenServer } from '../../client/chosen-server.ts';
import type { ScheduleReply } from '../../protocol/api/schedule-routes.ts';

/** The document of `dray schedule pause --json`. */
export type SchedulePauseResult = ScheduleReply;

export default class SchedulePause extends BaseCommand<SchedulePauseResult> {
  static override summary = 'let a schedule fire no more until it is resumed';
  static override description = 'Deploying the app again does not resume it. Calls that run go on.';
  static override args = SCHEDULE_ARG;
  static override examples = [
    {
      description: 'keep a function from running by itself',
      command: '<%= config.bin %> schedule pause reports::hourly',
    },
    {
      description: 'the sole schedule of an app, in a script',
      command: '<%= config.bin %> schedule pause reports --json',
    },
  ];

  async run(): Promise<SchedulePauseResult> {
    const { args } = await this.parse(SchedulePause);
    const { ServerClient } = await import('../../client/server-client.ts');
    const client = new ServerClient(await chosenServer(this.settings));
    const params = await scheduleParams(client, this.environment, args.schedule);
    const schedule = await client.request('pauseSchedule', { params });
    this.log(`Paused ${schedule.app}::${schedule.function}`);
    return schedule;
  }
}
