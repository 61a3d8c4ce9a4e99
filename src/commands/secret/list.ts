/**
 * `dray secret list`: which secrets there are, and never what is in them.
 */
import { Flags } from '@oclif/core';
import { BaseCommand } from '../../cli/base-command.ts';
import { renderSecrets, type SecretInfo } from '../../cli/render/secret-list.ts';
import { secretsInUse } from '../../cli/secrets-in-use.ts';

/** The document of `dray secret list --json`. */
export interface SecretListResult {
  environment: string;
  secrets: readonly SecretInfo[];
}

export default class SecretList extends BaseCommand<SecretListResult> {
  static override summary = 'list the secrets of an environment';
  static override description = 'Names, keys and times; values are never shown.';
  static override flags = {
    local: Flags.boolean({ description: 'on this machine, where the settings name a server' }),
  };
  static override examples = [
    { description: 'see which there are', command: '<%= config.bin %> secret list' },
    {
      description: 'those of another environment, for a script',
      command: '<%= config.bin %> secret list --env staging --json',
    },
  ];

  async run(): Promise<SecretListResult> {
    const { flags } = await this.parse(SecretList);
    const { environment } = this;
    await using opened = await secretsInUse(this.settings, flags);
    const secrets = await opened.list(environment);
    this.log(renderSecrets(secrets, environment));
    return { environment, secrets };
  }
}
