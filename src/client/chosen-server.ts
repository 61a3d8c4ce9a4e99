/**
 * Decides which server a command talks to, and with which token.
 *
 * The settings decide. Where they name no server it is the one that runs on this machine's data folder, else the
 * address that a server has by default.
 *
 * Invariants
 * - the local server's own token goes to the local server alone, and only where the settings have none
 */
import { dataFolder } from '../config/paths.ts';
import { DEFAULT_SERVER_HOST, DEFAULT_SERVER_PORT } from '../config/server-address.ts';
import type { Settings } from '../config/settings.ts';
import { UserError } from '../shared/errors.ts';

export interface ChosenServer {
  readonly url: string;
  readonly token: { readonly id: string; readonly secret: string } | undefined;
  /** `DRAY_SERVER_URL`, `profile work`, `this machine`, `default`. */
  readonly source: string;
  /** Its process, where it is the one of this machine. */
  readonly pid: number | undefined;
}

/** The server that the settings lead to. Throws TOKEN_INCOMPLETE. */
export async function chosenServer(settings: Settings): Promise<ChosenServer> {
  const { settledServer } = await import('../server/server-record.ts');
  const local = await settledServer(dataFolder());
  const set = settings.of('server_url');
  const url = (set?.value ?? local?.url ?? `http://${DEFAULT_SERVER_HOST}:${DEFAULT_SERVER_PORT}`).replace(
    /\/+$/,
    '',
  );
  const isLocal = local?.url === url;
  return {
    url,
    token: givenToken(settings) ?? (isLocal ? local?.token : undefined),
    source: set?.source ?? (isLocal ? 'this machine' : 'default'),
    pid: isLocal ? local?.pid : undefined,
  };
}

function givenToken(settings: Settings): ChosenServer['token'] {
  const id = settings.of('token_id');
  const secret = settings.of('token_secret');
  if (id === undefined && secret === undefined) return undefined;
  if (id !== undefined && secret !== undefined) return { id: id.value, secret: secret.value };
  const [there, missing] = id === undefined ? [secret, 'token_id'] : [id, 'token_secret'];
  throw new UserError('TOKEN_INCOMPLETE', `a token has an id and a secret, and ${missing} is not set`, {
    suggestions: [
      `the other one is set by ${there?.source}`,
      'set both: dray token set, or get a token: dray token new',
    ],
  });
}
