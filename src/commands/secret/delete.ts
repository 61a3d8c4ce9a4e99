/**
 * `dray secret delete`: deletes a secret for good.
 */
import { Args, Flags } from '@oclif/core';
import { askToGoOn } from '../../cli/ask.ts';
import { BaseCommand } from '../../cli/base-command.ts';
import { at, secretsInUse } from '../../cli/secrets-in-use.ts';

/** The document of `dray secret delete --json`. */
export interface SecretDeleteResult {
  name: string;
  environment: string;
  /** False where there was none, or the question was answered with no. */
  deleted: boolean;
}

export default class SecretDelete extends BaseCommand<SecretDeleteResult> {
  static override summary = 'delete a secret for good';
  static override description =
    'Containers that run keep its values; functions that name it start no new ones.';
  static override args = {
    name: Args.string({ required: true, ignoreStdin: true, description: 'which secret' }),
  };
  static override flags = {
    local: Flags.boolean({ description: 'on this machine, where the settings name a server' }),
    yes: Flags.boolean({ char: 'y', description: 'do not ask' }),
    'allow-missing': Flags.boolean({ description: 'let it be where there is no such secret' }),
  };
  static override examples = [
    { description: 'delete one, after a question', command: '<%= config.bin %> secret delete s3' },
    {
      description: 'see to it in a script that one is gone',
      command: '<%= config.bin %> secret delete s3 --yes --allow-missing',
    },
  ];

  async run(): Promise<SecretDeleteResult> {
    const { args, flags } = await this.parse(SecretDelete);
    const place = { environment: this.environment, name: args.name };
    await using secrets = await secretsInUse(this.settings, flags);
    const known = (await secrets.list(place.environment)).map(({ name }) => name);
    const isThere = known.includes(place.name);
    if (!isThere && !flags['allow-missing']) {
      const { secretNotFound } = await import('../../runtime/secrets/secret-errors.ts');
      throw secretNotFound(place.name, place.environment, known);
    }
    const question = `Delete the secret ${place.name} of ${place.environment}${at(secrets)}?`;
    const goOn = isThere && (flags.yes || (await askToGoOn(question)));
    const deleted = goOn && (await secrets.delete(place));
    this.log(deleted ? `Deleted ${place.name} of ${place.environment}${at(secrets)}` : 'Nothing was deleted');
    return { ...place, deleted };
  }
}
