/**
 * Reads the settings of this process: its flags, its variables, its settings file.
 */
import { type ConfigFile, readConfigFile } from './config-file.ts';
import { configFile } from './paths.ts';
import { resolveSettings, type SettingFlags, type Settings } from './settings.ts';

export interface ReadSettings {
  readonly settings: Settings;
  readonly file: ConfigFile;
}

/** Throws CONFIG_FILE, CONFIG_SYNTAX, CONFIG_VALUE and PROFILE_UNKNOWN. */
export async function readSettings(
  flags: SettingFlags,
  env: Readonly<Record<string, string | undefined>> = process.env,
): Promise<ReadSettings> {
  const file = await readConfigFile(configFile(env));
  return { settings: resolveSettings(flags, env, file), file };
}
