/**
 * `dray environment list`: the environments there are.
 */
import { Flags } from '@oclif/core';
import { BaseCommand } from '../../cli/base-command.ts';
import { type EnvironmentInfo, renderEnvironments } from '../../cli/render/environment.ts';
import { secretsInUse } from '../../cli/secrets-in-use.ts';

/** The document of `dray environment list --json`. */
export interface EnvironmentListResult {
  environments: EnvironmentInfo[];
}

export default class EnvironmentList extends BaseCommand<EnvironmentListResult> {
  static override summary = 'list the environments and what they hold';
  static override description = 'The one in use is marked with a star.';
  static override flags = {
    local: Flags.boolean({ description: 'on this machine, where the settings name a server' }),
  };
  static override examples = [
    { description: 'see which there are', command: '<%= config.bin %> environment list' },
    { description: 'for a script', command: '<%= config.bin %> environment list --json' },
  ];

  async run(): Promise<EnvironmentListResult> {
    const { flags } = await this.parse(EnvironmentList);
    const inUse = this.environment;
    await using opened = await secretsInUse(this.settings, flags);
    const environments = (await opened.environments()).map((each) => {
      return { ...each, active: each.name === inUse };
    });
    this.log(renderEnvironments(environments));
    if (!environments.some(({ active }) => active)) {
      this.note(`the environment in use, ${inUse}, is not there: dray environment create ${inUse}`);
    }
    return { environments };
  }
}
