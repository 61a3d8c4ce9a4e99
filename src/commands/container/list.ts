/**
 * `dray container list`: the containers of deployed apps.
 */
import { Flags } from '@oclif/core';
import { BaseCommand } from '../../cli/base-command.ts';
import { renderContainers } from '../../cli/render/containers.ts';
import { chosenServer } from '../../client/chosen-server.ts';
import type { ContainerReply } from '../../protocol/api/container-routes.ts';

/** The document of `dray container list --json`. */
export interface ContainerListResult {
  environment: string;
  containers: ContainerReply[];
}

export default class ContainerList extends BaseCommand<ContainerListResult> {
  static override summary = 'list the containers of deployed apps';
  static override flags = {
    app: Flags.string({ helpValue: 'NAME', description: 'only those of this app' }),
  };
  static override examples = [
    { description: 'see what runs', command: '<%= config.bin %> container list' },
    { description: 'for a script', command: '<%= config.bin %> container list --app thumbnails --json' },
  ];

  async run(): Promise<ContainerListResult> {
    const { flags } = await this.parse(ContainerList);
    const { environment } = this;
    const { ServerClient } = await import('../../client/server-client.ts');
    const client = new ServerClient(await chosenServer(this.settings));
    const query = { ...(flags.app !== undefined && { app: flags.app }) };
    const { containers } = await client.request('containers', { params: { environment }, query });
    this.log(renderContainers(containers, environment));
    return { environment, containers };
  }
}
