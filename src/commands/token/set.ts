/**
 * `dray token set`: keeps a token that somebody gave you in the settings file.
 */
import { Flags } from '@oclif/core';
import { askHidden } from '../../cli/ask.ts';
import { BaseCommand } from '../../cli/base-command.ts';
import { readLine } from '../../cli/read-line.ts';
import { saveToken } from '../../cli/save-token.ts';
import { chosenServer } from '../../client/chosen-server.ts';

/** The document of `dray token set --json`. */
export interface TokenSetResult {
  server: string;
  id: string;
  /** Whether the server was asked, and accepted it. */
  verified: boolean;
  file: string;
  profile: string;
}

export default class TokenSet extends BaseCommand<TokenSetResult> {
  static override summary = 'keep a token that you have in the settings file';
  static override description =
    `The secret is asked for without being shown, or read from stdin where there is no terminal: an
argument could be seen in the history of your shell.`;
  static override flags = {
    'token-id': Flags.string({ required: true, helpValue: 'ID', description: 'the id of the token, tk-…' }),
    'server-url': Flags.url({ helpValue: 'URL', description: 'its server; default: the one in use' }),
    verify: Flags.boolean({
      default: true,
      allowNo: true,
      description: 'ask the server whether it accepts the token before it is kept',
    }),
  };
  static override examples = [
    { description: 'type the secret, hidden', command: '<%= config.bin %> token set --token-id tk-1234' },
    {
      description: 'in a script',
      command:
        'pass show dray | <%= config.bin %> token set --token-id tk-1234 --server-url https://dray.example.com',
    },
  ];

  async run(): Promise<TokenSetResult> {
    const { flags } = await this.parse(TokenSet);
    const place = this.configPlace;
    const given = flags['server-url']?.href.replace(/\/+$/, '');
    const url = given ?? (await chosenServer(this.settingsOfNewProfile)).url;
    const id = flags['token-id'];
    const secret = process.stdin.isTTY ? await askHidden(`Secret of ${id}`) : await readLine(process.stdin);
    if (flags.verify) {
      const { ServerClient } = await import('../../client/server-client.ts');
      await new ServerClient({ url, token: { id, secret } }).request('ownToken', {});
    }
    const above = await saveToken(place, { server_url: url, token_id: id, token_secret: secret });
    this.log(`Kept the token ${id} for ${url} in profile ${place.profile} of ${place.path}`);
    for (const variable of above) this.note(`${variable} is set, and stands above the file`);
    return { server: url, id, verified: flags.verify, file: place.path, profile: place.profile };
  }
}
