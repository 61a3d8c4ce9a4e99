/**
 * `dray app history`: the versions of an app.
 */
import { Args } from '@oclif/core';
import { BaseCommand } from '../../cli/base-command.ts';
import { renderHistory } from '../../cli/render/apps.ts';
import { chosenServer } from '../../client/chosen-server.ts';
import type { DeploymentReply } from '../../protocol/api/app-routes.ts';

/** The document of `dray app history --json`. */
export interface AppHistoryResult {
  app: string;
  environment: string;
  /** Newest first. */
  deployments: DeploymentReply[];
}

export default class AppHistory extends BaseCommand<AppHistoryResult> {
  static override summary = 'list the versions of a deployed app';
  static override description =
    'Newest first. A star behind the commit says that the files were not those of the commit.';
  static override args = {
    app: Args.string({ required: true, ignoreStdin: true, description: 'which app' }),
  };
  static override examples = [
    { description: 'see what was deployed when', command: '<%= config.bin %> app history thumbnails' },
    { description: 'for a script', command: '<%= config.bin %> app history thumbnails --json' },
  ];

  async run(): Promise<AppHistoryResult> {
    const { args } = await this.parse(AppHistory);
    const { environment } = this;
    const { ServerClient } = await import('../../client/server-client.ts');
    const client = new ServerClient(await chosenServer(this.settings));
    const { deployments } = await client.request('deployments', { params: { environment, app: args.app } });
    this.log(renderHistory(deployments));
    return { app: args.app, environment, deployments };
  }
}
