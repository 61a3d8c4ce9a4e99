/**
 * `dray schedule run`: calls a scheduled function now.
 */
import { BaseCommand } from '../../cli/base-command.ts';
import { SCHEDULE_ARG, scheduleParams } from '../../cli/schedule-change.ts';
import { chosenServer } from '../../client/chosen-server.ts';

/** The document of `dray schedule run --json`. */
export interface ScheduleRunResult {
  environment: string;
  app: string;
  function: string;
  /** Id of the call, fc-… */
  call: string;
}

export default class ScheduleRun extends BaseCommand<ScheduleRunResult> {
  static override summary = 'call a scheduled function now';
  static override description =
    'It does not wait for the result. The schedule stays as it is, and one that is paused stays paused.';
  static override args = SCHEDULE_ARG;
  static override examples = [
    { description: 'try what runs at night', command: '<%= config.bin %> schedule run reports::hourly' },
    { description: 'in a script', command: '<%= config.bin %> schedule run reports --json' },
  ];

  async run(): Promise<ScheduleRunResult> {
    const { args } = await this.parse(ScheduleRun);
    const { ServerClient } = await import('../../client/server-client.ts');
    const client = new ServerClient(await chosenServer(this.settings));
    const params = await scheduleParams(client, this.environment, args.schedule);
    const { call } = await client.request('runSchedule', { params });
    this.log(call);
    this.note(`called ${params.app}::${params.function}`);
    return { ...params, call };
  }
}
