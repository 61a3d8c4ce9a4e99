/**
 * `dray server start`: a server in the foreground, until Ctrl-C.
 */
import { Flags } from '@oclif/core';
import { BaseCommand } from '../../cli/base-command.ts';
import { onInterrupt } from '../../cli/interrupt.ts';
import { renderError } from '../../cli/render/error.ts';
import { renderAnswer } from '../../cli/render/server.ts';
import { keepHeapSteady } from '../../cli/steady-heap.ts';
import { callLimits } from '../../config/call-limits.ts';
import { logLimits } from '../../config/log-limits.ts';
import { dataFolder } from '../../config/paths.ts';
import { DEFAULT_SERVER_HOST, DEFAULT_SERVER_PORT } from '../../config/server-address.ts';
import { whereToRun } from '../../config/where-to-run.ts';

/** The document of `dray server start --json`, printed at its end. */
export interface ServerStartResult {
  url: string;
  /** Requests that it answered. */
  answered: number;
}

const LOOPBACK = /^(?:127\.|localhost$|::1$)/;

export default class ServerStart extends BaseCommand<ServerStartResult> {
  static override summary = 'start a server on this machine, in the foreground';
  static override description =
    `Ctrl-C ends it, after the requests that run are answered. The first start prints a
one-time admin code, which signs a browser in.`;
  static override flags = {
    backend: Flags.string({
      options: ['docker', 'process'],
      description: 'where containers run; without it Docker, or child processes where there is no Docker',
    }),
    host: Flags.string({ default: DEFAULT_SERVER_HOST, description: 'the address to listen on' }),
    port: Flags.integer({
      default: DEFAULT_SERVER_PORT,
      min: 0,
      max: 65_535,
      description: 'the port to listen on; 0 takes one that is free',
    }),
    'public-url': Flags.url({
      helpValue: 'URL',
      description: 'where browsers reach it, where that is another address: behind a proxy for instance',
    }),
    quiet: Flags.boolean({ char: 'q', description: 'no line for each request' }),
    detached: Flags.boolean({
      hidden: true,
      description: 'started by another command: takes a free port where its own is taken, prints no code',
    }),
  };
  static override examples = [
    { description: 'for this machine alone', command: '<%= config.bin %> server start' },
    {
      description: 'behind a proxy that speaks https',
      command: '<%= config.bin %> server start --public-url https://dray.example.com',
    },
  ];

  async run(): Promise<ServerStartResult> {
    const { flags } = await this.parse(ServerStart);
    const { startServer } = await import('../../server/start-server.ts');
    keepHeapSteady();
    using interrupt = onInterrupt();
    const print = (line: string) => process.stderr.write(`${line}\n`);
    const server = await startServer({
      dataFolder: dataFolder(),
      version: this.config.version,
      host: flags.host,
      port: flags.port,
      anyPort: flags.detached,
      firstCode: !flags.detached,
      openApps: async (parts) => {
        const { openHostedApps } = await import('../../runtime/deployments/open-hosted-apps.ts');
        return openHostedApps({ ...parts, where: whereToRun(this.settings, flags) });
      },
      logLimits: logLimits(this.settings),
      callLimits: callLimits(this.settings),
      publicUrl: flags['public-url']?.href.replace(/\/+$/, ''),
      onAnswer: (answer) => flags.quiet || print(renderAnswer(answer, new Date())),
      onDefect: (error) => print(renderError(error as Error)),
    });
    this.log(`dray ${this.config.version} listens on ${server.url}`);
    if (!LOOPBACK.test(flags.host)) {
      this.note('tokens cross the network as they are: put a proxy that speaks https in front of it');
    }
    if (server.adminCode !== undefined) {
      print(
        `\nOne-time admin code: ${server.adminCode}\nIt signs one browser in. Get a token with: dray token new\n`,
      );
    }
    // What ends a server is no failure.
    await interrupt.interrupted.catch(() => {});
    print('Ending, after the requests that run');
    const { url } = server;
    await server.close();
    return { url, answered: server.requests().answered };
  }
}
