/**
 * `dray environment create`: makes an environment.
 */
import { Args } from '@oclif/core';
import { BaseCommand } from '../../cli/base-command.ts';

/** The document of `dray environment create --json`. */
export interface EnvironmentCreateResult {
  name: string;
}

export default class EnvironmentCreate extends BaseCommand<EnvironmentCreateResult> {
  static override summary = 'make an environment: a name space with secrets of its own';
  static override args = {
    name: Args.string({ required: true, ignoreStdin: true, description: 'what to call it' }),
  };
  static override examples = [
    { description: 'make one', command: '<%= config.bin %> environment create staging' },
    { description: 'make one in a script', command: '<%= config.bin %> environment create staging --json' },
  ];

  async run(): Promise<EnvironmentCreateResult> {
    const { args } = await this.parse(EnvironmentCreate);
    const { openEnvironments } = await import('../../runtime/environments/environments.ts');
    await using environments = await openEnvironments();
    await environments.create(args.name);
    this.log(`Created ${args.name}; work in it with --env ${args.name}`);
    return { name: args.name };
  }
}
