/**
 * `dray token list`: the tokens of the server in use.
 */
import { BaseCommand } from '../../cli/base-command.ts';
import { renderTokens, type TokenInfo } from '../../cli/render/tokens.ts';
import { chosenServer } from '../../client/chosen-server.ts';

/** The document of `dray token list --json`. */
export interface TokenListResult {
  tokens: TokenInfo[];
}

export default class TokenList extends BaseCommand<TokenListResult> {
  static override summary = 'list the tokens of the server in use';
  static override examples = [
    { description: 'see who may use it', command: '<%= config.bin %> token list' },
    { description: 'for a script', command: '<%= config.bin %> token list --json' },
  ];

  async run(): Promise<TokenListResult> {
    await this.parse(TokenList);
    const { url, token } = await chosenServer(this.settings);
    const { ServerClient } = await import('../../client/server-client.ts');
    const { tokens } = await new ServerClient({ url, token }).request('tokens', {});
    this.log(renderTokens(tokens));
    return { tokens };
  }
}
