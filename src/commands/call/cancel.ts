/**
 * `dray call cancel`: ends a call.
 */
import { Args, Flags } from '@oclif/core';
import { BaseCommand } from '../../cli/base-command.ts';
import { chosenServer } from '../../client/chosen-server.ts';

/** The document of `dray call cancel --json`. */
export interface CallCancelResult {
  id: string;
  /** False where it had a result, which it keeps. */
  cancelled: boolean;
}

export default class CallCancel extends BaseCommand<CallCancelResult> {
  static override summary = 'end a call';
  static override description =
    `Its code is asked to stop by the signal of currentCall(), and its container is ended where it does
not. A call that has a result keeps it.`;
  static override args = {
    id: Args.string({ required: true, ignoreStdin: true, description: 'the id of the call: fc-…' }),
  };
  static override flags = {
    'terminate-containers': Flags.boolean({ description: 'also end the container that runs it, at once' }),
  };
  static override examples = [
    { description: 'end one', command: '<%= config.bin %> call cancel fc-00T8Vn2vkLzvD9dYZXhw3c' },
    {
      description: 'end one whose code does not listen, with its container',
      command: '<%= config.bin %> call cancel fc-00T8Vn2vkLzvD9dYZXhw3c --terminate-containers',
    },
  ];

  async run(): Promise<CallCancelResult> {
    const { args, flags } = await this.parse(CallCancel);
    const { environment } = this;
    const { ServerClient } = await import('../../client/server-client.ts');
    const client = new ServerClient(await chosenServer(this.settings));
    const { cancelled } = await client.request('cancelCall', {
      params: { id: args.id },
      query: { environment },
      body: { terminateContainers: flags['terminate-containers'] },
    });
    this.log(cancelled ? `Cancelled ${args.id}` : `${args.id} had a result already`);
    return { id: args.id, cancelled };
  }
}
