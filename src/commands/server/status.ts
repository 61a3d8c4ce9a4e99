/**
 * `dray server status`: the server in use, whether it answers, and what it does.
 */
import { BaseCommand } from '../../cli/base-command.ts';
import { renderServerStatus, type ServerStatus } from '../../cli/render/server.ts';
import { chosenServer } from '../../client/chosen-server.ts';

export default class ServerStatusCommand extends BaseCommand<ServerStatus> {
  static override summary = 'show the server in use and what it does';
  static override description =
    `The settings decide which server that is; where they name none, it is the one on this machine.
Without a token for it, only its version is told.`;
  static override examples = [
    { description: 'see whether it runs', command: '<%= config.bin %> server status' },
    { description: 'for a script', command: '<%= config.bin %> server status --json' },
  ];

  async run(): Promise<ServerStatus> {
    await this.parse(ServerStatusCommand);
    const { url, token, source, pid } = await chosenServer(this.settings);
    const { ServerClient } = await import('../../client/server-client.ts');
    const client = new ServerClient({ url, token });
    const { version } = await client.request('health', {});
    const told = token && (await client.request('server', {}));
    const status = {
      ...{ url, source, version, pid: told?.pid ?? pid ?? null },
      startedAt: told?.startedAt ?? null,
      uptimeMs: told?.uptimeMs ?? null,
      requests: told?.requests ?? null,
    };
    this.log(renderServerStatus(status));
    return status;
  }
}
