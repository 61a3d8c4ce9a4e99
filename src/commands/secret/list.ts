/**
 * `dray secret list`: which secrets there are, and never what is in them.
 */
import { BaseCommand } from '../../cli/base-command.ts';
import { renderSecrets, type SecretInfo, secretInfo } from '../../cli/render/secret-list.ts';

/** The document of `dray secret list --json`. */
export interface SecretListResult {
  environment: string;
  secrets: SecretInfo[];
}

export default class SecretList extends BaseCommand<SecretListResult> {
  static override summary = 'list the secrets of an environment';
  static override description = 'Names, keys and times; values are never shown.';
  static override examples = [
    { description: 'see which there are', command: '<%= config.bin %> secret list' },
    {
      description: 'those of another environment, for a script',
      command: '<%= config.bin %> secret list --env staging --json',
    },
  ];

  async run(): Promise<SecretListResult> {
    await this.parse(SecretList);
    const { environment } = this;
    const { openVault } = await import('../../runtime/secrets/open-vault.ts');
    await using opened = await openVault();
    const secrets = (await opened.vault.list(environment)).map(secretInfo);
    this.log(renderSecrets(secrets, environment));
    return { environment, secrets };
  }
}
