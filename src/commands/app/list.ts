/**
 * `dray app list`: the apps that a server keeps running.
 */
import { BaseCommand } from '../../cli/base-command.ts';
import { renderApps } from '../../cli/render/apps.ts';
import { chosenServer } from '../../client/chosen-server.ts';
import type { AppReply } from '../../protocol/api/app-routes.ts';

/** The document of `dray app list --json`. */
export interface AppListResult {
  environment: string;
  apps: AppReply[];
}

export default class AppList extends BaseCommand<AppListResult> {
  static override summary = 'list the deployed apps of an environment';
  static override examples = [
    { description: 'see which there are', command: '<%= config.bin %> app list' },
    { description: 'for a script', command: '<%= config.bin %> app list --env staging --json' },
  ];

  async run(): Promise<AppListResult> {
    await this.parse(AppList);
    const { environment } = this;
    const { ServerClient } = await import('../../client/server-client.ts');
    const client = new ServerClient(await chosenServer(this.settings));
    const { apps } = await client.request('apps', { params: { environment } });
    this.log(renderApps(apps, environment));
    return { environment, apps };
  }
}
