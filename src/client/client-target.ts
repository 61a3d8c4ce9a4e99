/**
 * Decides which server a program's client talks to, with which token and in which environment: what it was given, else
 * the settings that the `dray` command would use.
 */
import { readConfigFile } from '../config/config-file.ts';
import { configFile } from '../config/paths.ts';
import { resolveSettings } from '../config/settings.ts';
import { chosenServer } from './chosen-server.ts';
import type { DrayClientOptions } from './dray-client.ts';
import type { ConnectionTarget } from './server-connection.ts';

/** Rejects with TOKEN_INCOMPLETE, and what reading the settings throws. */
export async function clientTarget(given: DrayClientOptions): Promise<ConnectionTarget> {
  const { url, token, profile, environment } = given;
  if (url !== undefined && token !== undefined && environment !== undefined) {
    return { url, token, environment };
  }
  const flags = {
    ...(profile !== undefined && { profile }),
    ...(environment !== undefined && { env: environment }),
  };
  const settings = resolveSettings(flags, process.env, await readConfigFile(configFile()));
  const chosen = await chosenServer(settings);
  return {
    url: url ?? chosen.url,
    // A token of the settings is for the server of the settings.
    token: token ?? (url === undefined || sameServer(url, chosen.url) ? chosen.token : undefined),
    environment: settings.environment.value,
  };
}

function sameServer(one: string, other: string): boolean {
  return new URL(one).origin === new URL(other).origin;
}
