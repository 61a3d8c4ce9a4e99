/**
 * `dray token info`: the token in use, as the server knows it.
 */
import { BaseCommand } from '../../cli/base-command.ts';
import { renderToken, type TokenInfo } from '../../cli/render/tokens.ts';
import { chosenServer } from '../../client/chosen-server.ts';

/** The document of `dray token info --json`. */
export interface TokenInfoResult extends TokenInfo {
  server: string;
}

export default class TokenInfoCommand extends BaseCommand<TokenInfoResult> {
  static override summary = 'show the token in use and what it may do';
  static override examples = [
    { description: 'see which it is', command: '<%= config.bin %> token info' },
    { description: 'of another profile', command: '<%= config.bin %> token info --profile work' },
  ];

  async run(): Promise<TokenInfoResult> {
    await this.parse(TokenInfoCommand);
    const { url, token } = await chosenServer(this.settings);
    const { ServerClient } = await import('../../client/server-client.ts');
    const info = await new ServerClient({ url, token }).request('ownToken', {});
    this.log(renderToken(info, url));
    return { server: url, ...info };
  }
}
