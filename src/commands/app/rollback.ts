/**
 * `dray app rollback`: has an earlier version of an app serve again.
 */
import { Args, Flags } from '@oclif/core';
import type { AppChangeResult } from '../../cli/app-change.ts';
import { BaseCommand } from '../../cli/base-command.ts';
import { renderOutcome } from '../../cli/render/deploy.ts';

export default class AppRollback extends BaseCommand<AppChangeResult> {
  static override summary = 'have an earlier version of an app serve again';
  static override description =
    `It becomes a version of its own, so that the history goes on. Without a version it is the one
before the one that serves.`;
  static override args = {
    app: Args.string({ required: true, ignoreStdin: true, description: 'which app' }),
    version: Args.integer({ min: 1, ignoreStdin: true, description: 'which version; see dray app history' }),
  };
  static override flags = {
    strategy: Flags.option({ options: ['rolling', 'recreate'] as const })({
      default: 'rolling',
      description: 'new containers before the old ones end, or after',
    }),
    quiet: Flags.boolean({ char: 'q', description: 'show no progress' }),
  };
  static override examples = [
    { description: 'undo the last deploy', command: '<%= config.bin %> app rollback thumbnails' },
    { description: 'go back to one version', command: '<%= config.bin %> app rollback thumbnails 3' },
  ];

  async run(): Promise<AppChangeResult> {
    const { args, flags } = await this.parse(AppRollback);
    const { changeApp } = await import('../../cli/app-change.ts');
    const params = { environment: this.environment, app: args.app };
    const { strategy } = flags;
    const body = { strategy, ...(args.version !== undefined && { version: args.version }) };
    const result = await changeApp(this.settings, flags, (client) =>
      client.stream('rollback', { params, body }),
    );
    this.log(renderOutcome(result, result.server, result.durationMs));
    return result;
  }
}
