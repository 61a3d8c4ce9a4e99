/**
 * `dray schedule list`: the deployed functions that have a schedule.
 */
import { BaseCommand } from '../../cli/base-command.ts';
import { renderSchedules } from '../../cli/render/schedules.ts';
import { chosenServer } from '../../client/chosen-server.ts';
import type { ScheduleReply } from '../../protocol/api/schedule-routes.ts';

/** The document of `dray schedule list --json`. */
export interface ScheduleListResult {
  environment: string;
  schedules: ScheduleReply[];
}

export default class ScheduleList extends BaseCommand<ScheduleListResult> {
  static override summary = 'list scheduled functions: when they ran, what came of it, when they run next';
  static override description =
    'Times are by the clock of this machine. LAST is when the last firing was due, and RESULT is of its call.';
  static override examples = [
    { description: 'see what runs by itself', command: '<%= config.bin %> schedule list' },
    { description: 'for a script', command: '<%= config.bin %> schedule list --env staging --json' },
  ];

  async run(): Promise<ScheduleListResult> {
    await this.parse(ScheduleList);
    const { environment } = this;
    const { ServerClient } = await import('../../client/server-client.ts');
    const client = new ServerClient(await chosenServer(this.settings));
    const { schedules } = await client.request('schedules', { params: { environment } });
    this.log(renderSchedules(schedules, environment));
    return { environment, schedules };
  }
}
