/**
 * `dray server down`: ends the server of this machine.
 */
import { BaseCommand } from '../../cli/base-command.ts';
import { dataFolder } from '../../config/paths.ts';

/** The document of `dray server down --json`. */
export interface ServerDownResult {
  /** False where none ran. */
  stopped: boolean;
  url: string | null;
  pid: number | null;
}

export default class ServerDown extends BaseCommand<ServerDownResult> {
  static override summary = 'end the server on this machine';
  static override description =
    'It answers the requests that run first. The command returns when it is gone.';
  static override examples = [
    { description: 'end it', command: '<%= config.bin %> server down' },
    { description: 'see what was ended', command: '<%= config.bin %> server down --json' },
  ];

  async run(): Promise<ServerDownResult> {
    await this.parse(ServerDown);
    const { stopServer } = await import('../../server/stop-server.ts');
    const server = await stopServer(dataFolder());
    if (server === undefined) this.log('No server runs on this machine');
    else this.log(`Ended the server at ${server.url}, process ${server.pid}`);
    return { stopped: server !== undefined, url: server?.url ?? null, pid: server?.pid ?? null };
  }
}
