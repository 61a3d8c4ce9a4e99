/**
 * `dray container logs`: what one container printed, its start and its end included.
 */
import { Args } from '@oclif/core';
import { BaseCommand } from '../../cli/base-command.ts';
import { onInterrupt } from '../../cli/interrupt.ts';
import { logFilters, logQueryOf, shownParts } from '../../cli/log-flags.ts';
import { showLogs } from '../../cli/show-logs.ts';
import { chosenServer } from '../../client/chosen-server.ts';
import type { LogLineReply } from '../../protocol/api/log-routes.ts';

/** The document of `dray container logs --json`. */
export interface ContainerLogsResult {
  environment: string;
  container: string;
  lines: LogLineReply[];
}

export default class ContainerLogs extends BaseCommand<ContainerLogsResult> {
  static override summary = 'show what one container printed';
  static override description =
    'Also of one that has ended, for as long as the server keeps logs. See `dray app logs` for the flags.';
  static override args = {
    container: Args.string({ required: true, description: 'its id: ct-…' }),
  };
  static override flags = logFilters;
  static override examples = [
    { description: 'see how it started', command: '<%= config.bin %> container logs ct-… --source system' },
    {
      description: 'see what it prints, as it comes',
      command: '<%= config.bin %> container logs ct-… --follow',
    },
  ];

  async run(): Promise<ContainerLogsResult> {
    const { args, flags } = await this.parse(ContainerLogs);
    const { environment } = this;
    const { container } = args;
    const { ServerClient } = await import('../../client/server-client.ts');
    using interrupt = onInterrupt();
    const { url, token } = await chosenServer(this.settings);
    const client = new ServerClient({ url, token, signal: interrupt.signal });
    const query = { ...logQueryOf(flags), container };
    const lines = await showLogs(client.stream('logs', { params: { environment }, query }), {
      json: this.jsonEnabled(),
      follow: flags.follow,
      timestamps: flags.timestamps,
      parts: shownParts(flags.show),
    });
    return { environment, container, lines };
  }
}
