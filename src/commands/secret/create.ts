/**
 * `dray secret create`: stores a named set of values for functions.
 */
import { Args, Flags } from '@oclif/core';
import { BaseCommand } from '../../cli/base-command.ts';
import { readSecretInput } from '../../cli/secret-input.ts';
import { at, secretsInUse } from '../../cli/secrets-in-use.ts';

/** The document of `dray secret create --json`. */
export interface SecretCreateResult {
  name: string;
  environment: string;
  /** Names of its variables. */
  keys: readonly string[];
  /** Whether there was one of that name before. */
  replaced: boolean;
}

export default class SecretCreate extends BaseCommand<SecretCreateResult> {
  static override summary = 'store a named set of values for functions';
  static override description = `Functions that name the secret get its values as environment variables.
KEY=- asks for a value without showing it, or takes it from stdin where there is no terminal;
a value that is written out can be seen in the history of your shell.`;
  static override args = {
    name: Args.string({ required: true, ignoreStdin: true, description: 'the name functions refer to' }),
    values: Args.string({
      multiple: true,
      ignoreStdin: true,
      description: 'values: KEY=value, or KEY=- for one that is asked for',
    }),
  };
  static override flags = {
    'from-dotenv': Flags.string({
      helpValue: 'FILE',
      description: 'take the values from a .env file; - is stdin',
    }),
    'from-json': Flags.string({
      helpValue: 'FILE',
      description: 'take the values from a JSON object of texts; - is stdin',
    }),
    force: Flags.boolean({ char: 'f', description: 'replace a secret of the same name' }),
    local: Flags.boolean({ description: 'on this machine, where the settings name a server' }),
  };
  static override examples = [
    { description: 'type the value, hidden', command: '<%= config.bin %> secret create s3 TOKEN=-' },
    {
      description: 'take all values from a file',
      command: '<%= config.bin %> secret create s3 --from-dotenv .env.prod --force',
    },
    {
      description: 'take one from a program',
      command: 'pass show s3 | <%= config.bin %> secret create s3 TOKEN=-',
    },
  ];

  async run(): Promise<SecretCreateResult> {
    const { args, flags } = await this.parse(SecretCreate);
    const { environment } = this;
    const { parseDotenv } = await import('../../runtime/secrets/open-vault.ts');
    const input = {
      pairs: args.values ?? [],
      fromDotenv: flags['from-dotenv'],
      fromJson: flags['from-json'],
    };
    const values = await readSecretInput(input, { stdin: process.stdin, parseDotenv });
    const place = { environment, name: args.name };
    await using secrets = await secretsInUse(this.settings, flags);
    const replaced = await secrets.create(place, values, { replace: flags.force });
    const keys = Object.keys(values);
    this.log(
      `${replaced ? 'Replaced' : 'Stored'} ${args.name} in ${environment}, with ${keys.join(', ')}${at(secrets)}`,
    );
    this.log(`\nUse it: secrets: [Secret.fromName(${JSON.stringify(args.name)})]`);
    return { name: args.name, environment, keys, replaced };
  }
}
