/**
 * `dray app stop`: a deployed app takes no calls any more.
 */
import { Args, Flags } from '@oclif/core';
import { askToGoOn } from '../../cli/ask.ts';
import { BaseCommand } from '../../cli/base-command.ts';
import { chosenServer } from '../../client/chosen-server.ts';

/** The document of `dray app stop --json`. */
export interface AppStopResult {
  app: string;
  environment: string;
  /** False where there was nothing to stop, or the question was answered with no. */
  stopped: boolean;
}

export default class AppStop extends BaseCommand<AppStopResult> {
  static override summary = 'stop a deployed app';
  static override description =
    `It takes no calls any more, and its containers end; so do the calls that run, unless they are to
finish first. Its versions are kept: dray deploy or dray app rollback starts it again.`;
  static override args = {
    app: Args.string({ required: true, ignoreStdin: true, description: 'which app' }),
  };
  static override flags = {
    yes: Flags.boolean({ char: 'y', description: 'do not ask' }),
    drain: Flags.boolean({ description: 'let the calls that wait and run finish first' }),
    'allow-missing': Flags.boolean({ description: 'let it be where there is no such app' }),
  };
  static override examples = [
    { description: 'stop one, after a question', command: '<%= config.bin %> app stop thumbnails' },
    {
      description: 'see to it in a script that one does not run',
      command: '<%= config.bin %> app stop thumbnails --yes --allow-missing',
    },
  ];

  async run(): Promise<AppStopResult> {
    const { args, flags } = await this.parse(AppStop);
    const { app } = args;
    const { environment } = this;
    const { url, token } = await chosenServer(this.settings);
    const { ServerClient } = await import('../../client/server-client.ts');
    const client = new ServerClient({ url, token });
    const params = { environment, app };
    const { apps } = await client.request('apps', { params: { environment } });
    const isThere = apps.some(({ name }) => name === app);
    const goOn = !isThere || flags.yes || (await askToGoOn(`Stop ${app} in ${environment} at ${url}?`));
    const body = flags.drain ? { drain: true } : {};
    const stopping = goOn && !(flags['allow-missing'] && !isThere);
    const { stopped } = stopping ? await client.request('stopApp', { params, body }) : { stopped: false };
    this.log(stopped ? `Stopped ${app} in ${environment}` : 'Nothing was stopped');
    return { app, environment, stopped };
  }
}
