/**
 * The changes that commands make to the settings file: a setting of a profile, and which profile is in use.
 *
 * Invariants
 * - a file that is not changed is not written
 * - at most one profile is marked active afterwards
 */
import { isName, NAME_RULE } from '../shared/names.ts';
import { keyError, nameError, profileError, valueError } from './config-errors.ts';
import { ACTIVE, readConfigFile, readText } from './config-file.ts';
import { removeKey, setKey } from './edit-config.ts';
import { isSettingKey, type SettingKey, settingRule } from './setting-keys.ts';
import { DEFAULT_PROFILE } from './settings.ts';
import { writeConfigFile } from './write-config.ts';

/** Whose key in which file. */
export interface ConfigPlace {
  readonly path: string;
  readonly profile: string;
}

/** Sets a setting. Throws CONFIG_KEY, CONFIG_VALUE, PROFILE_NAME, CONFIG_SYNTAX, CONFIG_FILE. */
export async function setSetting({ path, profile }: ConfigPlace, key: string, value: string): Promise<void> {
  const known = knownKey(key);
  const mustBe = settingRule(known).mustBe(value);
  if (mustBe !== undefined) throw valueError(known, value, mustBe, 'as given');
  if (!isName(profile)) throw nameError(profile, NAME_RULE);
  const text = (await readText(path)) ?? '';
  await writeIfChanged(path, text, await setKey(text, { path, profile, key: known, value }));
}

/** Takes a setting out of a profile. Returns whether it was there. Throws as `setSetting`. */
export async function unsetSetting({ path, profile }: ConfigPlace, key: string): Promise<boolean> {
  const known = knownKey(key);
  const text = (await readText(path)) ?? '';
  return writeIfChanged(path, text, await removeKey(text, { path, profile, key: known }));
}

/** Marks `profile` as the one in use. Throws PROFILE_UNKNOWN, CONFIG_SYNTAX, CONFIG_FILE. */
export async function useProfile({ path, profile }: ConfigPlace): Promise<void> {
  const { profiles } = await readConfigFile(path);
  if (!profiles.has(profile) && profile !== DEFAULT_PROFILE) {
    throw profileError(profile, [...profiles.keys()], 'as given', path);
  }
  const text = (await readText(path)) ?? '';
  let edited = text;
  for (const [other, table] of profiles) {
    if (other !== profile && ACTIVE in table) {
      edited = await removeKey(edited, { path, profile: other, key: ACTIVE });
    }
  }
  await writeIfChanged(path, text, await setKey(edited, { path, profile, key: ACTIVE, value: true }));
}

async function writeIfChanged(path: string, before: string, after: string): Promise<boolean> {
  if (after === before) return false;
  await writeConfigFile(path, after);
  return true;
}

function knownKey(key: string): SettingKey {
  if (!isSettingKey(key)) throw keyError(key);
  return key;
}
