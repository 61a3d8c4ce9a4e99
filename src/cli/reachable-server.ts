/**
 * Gives a command a server to talk to; where the settings name none and none runs on this machine, it starts one.
 *
 * Invariants
 * - a server is started on this machine only where nobody chose another
 * - it lives on when the command ends, and with the terminal that the command ran in
 */

import { type ChosenServer, chosenServer } from '../client/chosen-server.ts';
import { ServerClient } from '../client/server-client.ts';
import { dataFolder } from '../config/paths.ts';
import type { Settings } from '../config/settings.ts';

export interface ReachableServerOptions {
  /** Of the command, for the server to have the same settings. */
  readonly profile: string | undefined;
  readonly signal: AbortSignal;
  /** Told that one was started. */
  note(text: string): void;
}

export interface ReachableServer extends ChosenServer {
  readonly client: ServerClient;
}

/** A client of the server in use. Throws TOKEN_INCOMPLETE and what starting one throws. */
export async function reachableServer(
  settings: Settings,
  { profile, signal, note }: ReachableServerOptions,
): Promise<ReachableServer> {
  const chosen = await chosenServer(settings);
  const isThere =
    chosen.source !== 'default' || (chosen.token !== undefined && (await answers(chosen, signal)));
  if (isThere) return opened(chosen, signal);
  const { startDetached } = await import('../server/start-detached.ts');
  const { record, logFile, isOurs } = await startDetached(dataFolder(), {
    arguments: profile === undefined ? [] : ['--profile', profile],
    signal,
  });
  if (isOurs) note(`no server ran on this machine: started one at ${record.url} (its log: ${logFile})`);
  return opened(await chosenServer(settings), signal);
}

/** One may run there that is not on record here: in a container for instance. Without a token for it, it is somebody else's. */
async function answers({ url }: ChosenServer, signal: AbortSignal): Promise<boolean> {
  return new ServerClient({ url, signal }).request('health', {}).then(
    () => true,
    () => false,
  );
}

function opened(chosen: ChosenServer, signal: AbortSignal): ReachableServer {
  return { ...chosen, client: new ServerClient({ url: chosen.url, token: chosen.token, signal }) };
}
