/**
 * `dray app rollover`: new containers for the version that serves.
 */
import { Args, Flags } from '@oclif/core';
import type { AppChangeResult } from '../../cli/app-change.ts';
import { BaseCommand } from '../../cli/base-command.ts';

export default class AppRollover extends BaseCommand<AppChangeResult> {
  static override summary = 'replace the containers of an app by new ones of the same version';
  static override description =
    'For a changed secret, for instance: containers read their secrets as they start.';
  static override args = {
    app: Args.string({ required: true, ignoreStdin: true, description: 'which app' }),
  };
  static override flags = {
    strategy: Flags.option({ options: ['rolling', 'recreate'] as const })({
      default: 'rolling',
      description: 'new containers before the old ones end, or after',
    }),
    quiet: Flags.boolean({ char: 'q', description: 'show no progress' }),
  };
  static override examples = [
    {
      description: 'have a new value of a secret used',
      command: '<%= config.bin %> app rollover thumbnails',
    },
    { description: 'for a script', command: '<%= config.bin %> app rollover thumbnails --json' },
  ];

  async run(): Promise<AppChangeResult> {
    const { args, flags } = await this.parse(AppRollover);
    const { changeApp } = await import('../../cli/app-change.ts');
    const params = { environment: this.environment, app: args.app };
    const body = { strategy: flags.strategy };
    const result = await changeApp(this.settings, flags, (client) =>
      client.stream('rollover', { params, body }),
    );
    this.log(`${args.app} version ${result.version} serves from new containers`);
    return result;
  }
}
