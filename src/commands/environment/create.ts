/**
 * `dray environment create`: makes an environment.
 */
import { Args, Flags } from '@oclif/core';
import { BaseCommand } from '../../cli/base-command.ts';
import { at, secretsInUse } from '../../cli/secrets-in-use.ts';

/** The document of `dray environment create --json`. */
export interface EnvironmentCreateResult {
  name: string;
}

export default class EnvironmentCreate extends BaseCommand<EnvironmentCreateResult> {
  static override summary = 'make an environment: a name space with secrets of its own';
  static override args = {
    name: Args.string({ required: true, ignoreStdin: true, description: 'what to call it' }),
  };
  static override flags = {
    local: Flags.boolean({ description: 'on this machine, where the settings name a server' }),
  };
  static override examples = [
    { description: 'make one', command: '<%= config.bin %> environment create staging' },
    { description: 'make one in a script', command: '<%= config.bin %> environment create staging --json' },
  ];

  async run(): Promise<EnvironmentCreateResult> {
    const { args, flags } = await this.parse(EnvironmentCreate);
    await using secrets = await secretsInUse(this.settings, flags);
    await secrets.createEnvironment(args.name);
    this.log(`Created ${args.name}${at(secrets)}; work in it with --env ${args.name}`);
    return { name: args.name };
  }
}
