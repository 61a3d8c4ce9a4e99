/**
 * `dray call list`: the calls that a server keeps.
 */
import { Flags } from '@oclif/core';
import { BaseCommand } from '../../cli/base-command.ts';
import { renderCalls } from '../../cli/render/calls.ts';
import { chosenServer } from '../../client/chosen-server.ts';
import type { CallReply } from '../../protocol/api/call-routes.ts';

const STATES = ['queued', 'running', 'succeeded', 'failed', 'cancelled', 'timed-out'] as const;

/** The document of `dray call list --json`. */
export interface CallListResult {
  environment: string;
  calls: CallReply[];
}

export default class CallList extends BaseCommand<CallListResult> {
  static override summary = 'list calls, newest first';
  static override description =
    'These are the calls that are kept: spawned ones, those of schedules and those made over plain HTTP.';
  static override flags = {
    app: Flags.string({ helpValue: 'NAME', description: 'of this app only' }),
    function: Flags.string({ helpValue: 'NAME', description: 'of this function only' }),
    state: Flags.option({
      options: STATES,
      multiple: true,
      description: 'in this state only; can be given several times',
    })(),
    parent: Flags.string({ helpValue: 'ID', description: 'made by the code of this call only' }),
    before: Flags.string({ helpValue: 'ID', description: 'accepted before this call: the next page' }),
    limit: Flags.integer({ min: 1, max: 1000, default: 100, description: 'how many at most' }),
  };
  static override examples = [
    {
      description: 'see what waits and runs',
      command: '<%= config.bin %> call list --state queued --state running',
    },
    {
      description: 'for a script',
      command: '<%= config.bin %> call list --app thumbnails --state failed --json',
    },
  ];

  async run(): Promise<CallListResult> {
    const { flags } = await this.parse(CallList);
    const { app, function: name, state, parent, before, limit } = flags;
    const { environment } = this;
    const { ServerClient } = await import('../../client/server-client.ts');
    const client = new ServerClient(await chosenServer(this.settings));
    const { calls } = await client.request('calls', {
      query: {
        ...{ environment, limit },
        ...(app !== undefined && { app }),
        ...(name !== undefined && { function: name }),
        ...(state !== undefined && { state }),
        ...(parent !== undefined && { parent }),
        ...(before !== undefined && { before }),
      },
    });
    this.log(renderCalls(calls, environment));
    return { environment, calls };
  }
}
