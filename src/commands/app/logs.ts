/**
 * `dray app logs`: what a deployed app printed, from the end, or as it comes.
 */
import { Args, Flags } from '@oclif/core';
import { BaseCommand } from '../../cli/base-command.ts';
import { onInterrupt } from '../../cli/interrupt.ts';
import { logFilters, logQueryOf, shownParts } from '../../cli/log-flags.ts';
import { showLogs } from '../../cli/show-logs.ts';
import { chosenServer } from '../../client/chosen-server.ts';
import type { LogLineReply } from '../../protocol/api/log-routes.ts';

/** The document of `dray app logs --json`. */
export interface AppLogsResult {
  environment: string;
  app: string;
  lines: LogLineReply[];
}

export default class AppLogs extends BaseCommand<AppLogsResult> {
  static override summary = 'show what a deployed app printed';
  static override description =
    `The last 100 lines, unless --tail, --since or --until say otherwise. What dray says of images,
containers and calls that wait is part of it: --source system shows that alone.
With --follow and --json, each line is a document of its own.`;
  static override args = {
    app: Args.string({ required: true, description: 'name of the app' }),
  };
  static override flags = {
    ...logFilters,
    function: Flags.string({ helpValue: 'NAME', description: 'only lines of this function' }),
    container: Flags.string({ helpValue: 'ct-…', description: 'only lines of this container' }),
  };
  static override examples = [
    { description: 'see the last lines', command: '<%= config.bin %> app logs thumbnails' },
    { description: 'wait for more', command: '<%= config.bin %> app logs thumbnails --follow' },
    {
      description: 'look for an error of the last two hours',
      command: '<%= config.bin %> app logs thumbnails --since 2h --search timeout --timestamps',
    },
  ];

  async run(): Promise<AppLogsResult> {
    const { args, flags } = await this.parse(AppLogs);
    const { environment } = this;
    const { app } = args;
    const { ServerClient } = await import('../../client/server-client.ts');
    using interrupt = onInterrupt();
    const { url, token } = await chosenServer(this.settings);
    const client = new ServerClient({ url, token, signal: interrupt.signal });
    const { function: functionName, container } = flags;
    const query = {
      ...logQueryOf(flags),
      ...{ app },
      ...(functionName !== undefined && { function: functionName }),
      ...(container !== undefined && { container }),
    };
    const lines = await showLogs(client.stream('logs', { params: { environment }, query }), {
      json: this.jsonEnabled(),
      follow: flags.follow,
      timestamps: flags.timestamps,
      parts: shownParts(flags.show),
    });
    return { environment, app, lines };
  }
}
