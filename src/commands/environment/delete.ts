/**
 * `dray environment delete`: deletes an environment for good, with what it holds.
 */
import { Args, Flags } from '@oclif/core';
import { askToGoOn } from '../../cli/ask.ts';
import { BaseCommand } from '../../cli/base-command.ts';
import { countedSecrets } from '../../cli/render/environment.ts';
import { at, secretsInUse } from '../../cli/secrets-in-use.ts';

/** The document of `dray environment delete --json`. */
export interface EnvironmentDeleteResult {
  name: string;
  /** False where the question was answered with no. */
  deleted: boolean;
  /** Names of the secrets that went with it. */
  secrets: readonly string[];
}

export default class EnvironmentDelete extends BaseCommand<EnvironmentDeleteResult> {
  static override summary = 'delete an environment for good, with its secrets';
  static override description = `One that holds secrets is only deleted after a question, or with --yes.
The environment main is always there.`;
  static override args = {
    name: Args.string({ required: true, ignoreStdin: true, description: 'which environment' }),
  };
  static override flags = {
    local: Flags.boolean({ description: 'on this machine, where the settings name a server' }),
    yes: Flags.boolean({ char: 'y', description: 'do not ask' }),
  };
  static override examples = [
    { description: 'delete one', command: '<%= config.bin %> environment delete staging' },
    {
      description: 'delete one with its secrets, in a script',
      command: '<%= config.bin %> environment delete staging --yes',
    },
  ];

  async run(): Promise<EnvironmentDeleteResult> {
    const { args, flags } = await this.parse(EnvironmentDelete);
    const { name } = args;
    await using held = await secretsInUse(this.settings, flags);
    const goOn = (secrets: readonly string[]) =>
      flags.yes
        ? Promise.resolve(true)
        : askToGoOn(`Delete the environment ${name}${at(held)} and its ${countedSecrets(secrets)}?`);
    const lost = await held.deleteEnvironment(name, goOn);
    if (lost === undefined) this.log('Nothing was deleted');
    else this.log(lost.length === 0 ? `Deleted ${name}` : `Deleted ${name} and its ${countedSecrets(lost)}`);
    return { name, deleted: lost !== undefined, secrets: lost ?? [] };
  }
}
