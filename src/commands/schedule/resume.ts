/**
 * `dray schedule resume`: let a schedule fire again that was paused.
 */
import { BaseCommand } from '../../cli/base-command.ts';
import { nextText } from '../../cli/render/schedules.ts';
import { SCHEDULE_ARG, scheduleParams } from '../../cli/schedule-change.ts';
import { chosenServer } from '../../client/chosen-server.ts';
import type { ScheduleReply } from '../../protocol/api/schedule-routes.ts';

/** The document of `dray schedule resume --json`. */
export type ScheduleResumeResult = ScheduleReply;

export default class ScheduleResume extends BaseCommand<ScheduleResumeResult> {
  static override summary = 'let a schedule fire again that was paused';
  static override description = 'What fell due while it was paused is not made up for.';
  static override args = SCHEDULE_ARG;
  static override examples = [
    {
      description: 'let a function run by itself again',
      command: '<%= config.bin %> schedule resume reports::hourly',
    },
    {
      description: 'the sole schedule of an app, in a script',
      command: '<%= config.bin %> schedule resume reports --json',
    },
  ];

  async run(): Promise<ScheduleResumeResult> {
    const { args } = await this.parse(ScheduleResume);
    const { ServerClient } = await import('../../client/server-client.ts');
    const client = new ServerClient(await chosenServer(this.settings));
    const params = await scheduleParams(client, this.environment, args.schedule);
    const schedule = await client.request('resumeSchedule', { params });
    this.log(`Resumed ${schedule.app}::${schedule.function}; next: ${nextText(schedule)}`);
    return schedule;
  }
}
