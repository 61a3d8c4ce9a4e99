/**
 * Writes a server and its token into a profile of the settings file, and says what would stand above them.
 */
import { type ConfigPlace, setSetting } from '../config/change-config.ts';
import { settingVariable } from '../config/setting-keys.ts';

export interface SavedToken {
  readonly server_url: string;
  readonly token_id: string;
  readonly token_secret: string;
}

/** Names of variables that are set, and would be used instead. Throws as `setSetting`. */
export async function saveToken(place: ConfigPlace, token: SavedToken): Promise<string[]> {
  const keys = ['server_url', 'token_id', 'token_secret'] as const;
  for (const key of keys) await setSetting(place, key, token[key]);
  return keys.map(settingVariable).filter((variable) => process.env[variable]);
}
