/**
 * `dray container stop`: ends a container.
 */
import { Args, Flags } from '@oclif/core';
import { BaseCommand } from '../../cli/base-command.ts';
import { chosenServer } from '../../client/chosen-server.ts';

/** The document of `dray container stop --json`. */
export interface ContainerStopResult {
  container: string;
  graceful: boolean;
}

export default class ContainerStop extends BaseCommand<ContainerStopResult> {
  static override summary = 'end a container';
  static override description =
    'Calls that it runs begin again in another one. With --graceful it finishes them first, and takes no others.';
  static override args = {
    container: Args.string({ required: true, description: 'its id: ct-…' }),
  };
  static override flags = {
    graceful: Flags.boolean({ description: 'let it finish what it runs' }),
  };
  static override examples = [
    { description: 'end one that hangs', command: '<%= config.bin %> container stop ct-…' },
    { description: 'after what it runs', command: '<%= config.bin %> container stop --graceful ct-…' },
  ];

  async run(): Promise<ContainerStopResult> {
    const { args, flags } = await this.parse(ContainerStop);
    const { environment } = this;
    const { container } = args;
    const { graceful } = flags;
    const { ServerClient } = await import('../../client/server-client.ts');
    const client = new ServerClient(await chosenServer(this.settings));
    await client.request('stopContainer', { params: { environment, container }, body: { graceful } });
    this.log(graceful ? `${container} ends after what it runs` : `Ended ${container}`);
    return { container, graceful };
  }
}
