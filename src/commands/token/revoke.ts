/**
 * `dray token revoke`: makes a token useless, at once and for good.
 */
import { Args } from '@oclif/core';
import { BaseCommand } from '../../cli/base-command.ts';
import { chosenServer } from '../../client/chosen-server.ts';

/** The document of `dray token revoke --json`. */
export interface TokenRevokeResult {
  id: string;
  revoked: true;
}

export default class TokenRevoke extends BaseCommand<TokenRevokeResult> {
  static override summary = 'make a token useless, at once and for good';
  static override args = {
    id: Args.string({ required: true, ignoreStdin: true, description: 'which token, tk-…' }),
  };
  static override examples = [
    { description: 'revoke one of `token list`', command: '<%= config.bin %> token revoke tk-1234' },
    { description: 'in a script', command: '<%= config.bin %> token revoke tk-1234 --json' },
  ];

  async run(): Promise<TokenRevokeResult> {
    const { args } = await this.parse(TokenRevoke);
    const { url, token } = await chosenServer(this.settings);
    const { ServerClient } = await import('../../client/server-client.ts');
    const { id } = args;
    const { revoked } = await new ServerClient({ url, token }).request('revokeToken', { params: { id } });
    this.log(`Revoked ${id}`);
    return { id, revoked };
  }
}
