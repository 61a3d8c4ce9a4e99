/**
 * `dray call get`: a call and its result.
 */
import { Args, Flags } from '@oclif/core';
import { BaseCommand } from '../../cli/base-command.ts';
import { renderCall } from '../../cli/render/calls.ts';
import { chosenServer } from '../../client/chosen-server.ts';
import type { CallResultReply } from '../../protocol/api/call-routes.ts';

/** How long one request waits, in ms: what stands between may end longer ones. */
const ROUND_MS = 30_000;

/** The document of `dray call get --json`. */
export type CallGetResult = CallResultReply;

export default class CallGet extends BaseCommand<CallGetResult> {
  static override summary = 'show a call and its result';
  static override args = {
    id: Args.string({ required: true, ignoreStdin: true, description: 'the id of the call: fc-…' }),
  };
  static override flags = {
    wait: Flags.boolean({ char: 'w', description: 'wait until it has a result' }),
  };
  static override examples = [
    { description: 'see how it stands', command: '<%= config.bin %> call get fc-00T8Vn2vkLzvD9dYZXhw3c' },
    {
      description: 'wait for its result in a script',
      command: '<%= config.bin %> call get fc-00T8Vn2vkLzvD9dYZXhw3c --wait --json',
    },
  ];

  async run(): Promise<CallGetResult> {
    const { args, flags } = await this.parse(CallGet);
    const { environment } = this;
    const { ServerClient } = await import('../../client/server-client.ts');
    const client = new ServerClient(await chosenServer(this.settings));
    for (;;) {
      const query = { environment, waitMs: flags.wait ? ROUND_MS : 0 };
      const call = await client.request('call', { params: { id: args.id }, query });
      if (flags.wait && (call.state === 'queued' || call.state === 'running')) continue;
      this.log(renderCall(call));
      return call;
    }
  }
}
