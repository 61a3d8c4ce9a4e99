/**
 * `dray token new`: gets a token that a person approves in a browser, and keeps it in the settings file.
 */
import { Flags } from '@oclif/core';
import { BaseCommand } from '../../cli/base-command.ts';
import { onInterrupt } from '../../cli/interrupt.ts';
import { openBrowser } from '../../cli/open-browser.ts';
import { saveToken } from '../../cli/save-token.ts';
import { userAndMachine } from '../../cli/user-and-machine.ts';
import { chosenServer } from '../../client/chosen-server.ts';

/** The document of `dray token new --json`. The secret is in the settings file alone. */
export interface TokenNewResult {
  server: string;
  id: string;
  scopes: string[];
  /** The settings file and the profile that hold it. */
  file: string;
  profile: string;
}

export default class TokenNew extends BaseCommand<TokenNewResult> {
  static override summary = 'get a token for the server in use';
  static override description =
    `Prints an address and a code. Open the address in any browser, on any machine, sign in, and
approve where it shows the same code. The token is kept in the settings file, in the profile in use.`;
  static override flags = {
    scope: Flags.string({
      multiple: true,
      options: ['deploy', 'invoke', 'read'],
      default: ['deploy'],
      description: 'what it may do: deploy is everything',
    }),
    name: Flags.string({ description: 'whose token it is, for lists; default: you and this machine' }),
    'no-browser': Flags.boolean({ description: 'only print the address' }),
  };
  static override examples = [
    { description: 'work with the server', command: '<%= config.bin %> token new' },
    {
      description: 'for a program that only calls functions',
      command: '<%= config.bin %> token new --scope invoke --name shop --profile shop',
    },
  ];

  async run(): Promise<TokenNewResult> {
    const { flags } = await this.parse(TokenNew);
    const place = this.configPlace;
    const { url } = await chosenServer(this.settingsOfNewProfile);
    const { ServerClient } = await import('../../client/server-client.ts');
    const { deviceSignIn } = await import('../../client/device-sign-in.ts');
    using interrupt = onInterrupt();
    const { signal, interrupted } = interrupt;
    const signingIn = deviceSignIn(new ServerClient({ url, signal }), {
      name: flags.name ?? userAndMachine(),
      scopes: flags.scope,
      signal,
      onCode: async ({ verification_uri_complete: page, user_code: code }) => {
        process.stderr.write(`Open this address, and approve the code ${code}:\n\n  ${page}\n\nWaiting …\n`);
        if (!flags['no-browser']) await openBrowser(page, process.stderr.isTTY === true);
      },
    });
    const token = await Promise.race([signingIn, interrupted]);
    const { token_id, token_secret, scope } = token;
    const above = await saveToken(place, { server_url: url, token_id, token_secret });
    this.log(`Got the token ${token_id} for ${url}, kept in profile ${place.profile} of ${place.path}`);
    for (const variable of above) this.note(`${variable} is set, and stands above the file`);
    return { server: url, id: token_id, scopes: scope.split(' '), file: place.path, profile: place.profile };
  }
}
