/**
 * Decides each setting, and says what decided it: flag over variable over profile over default. Pure.
 *
 * The profile is decided first, by the same order: `--profile`, `DRAY_PROFILE`, the active one of the file, `default`.
 *
 * Invariants
 * - a profile that was chosen by name exists, unless it is `default`
 * - every value was checked by the rule of its setting; only the profile in use is checked
 */
import { profileError, valueError } from './config-errors.ts';
import type { ConfigFile } from './config-file.ts';
import { SETTING_KEYS, type SettingKey, settingRule, settingVariable } from './setting-keys.ts';

/** The profile that is there without being written anywhere. */
export const DEFAULT_PROFILE = 'default';
/** The environment that is always there. */
export const DEFAULT_ENVIRONMENT = 'main';

export interface Setting {
  readonly value: string;
  /** What decided it: `--env`, `DRAY_BACKEND`, `profile work`, `default`. */
  readonly source: string;
}

export interface Settings {
  readonly profile: Setting;
  readonly environment: Setting;
  /** Undefined where nobody gave one. */
  of(key: SettingKey): Setting | undefined;
}

export interface SettingFlags {
  readonly profile?: string | undefined;
  readonly env?: string | undefined;
}

type Env = Readonly<Record<string, string | undefined>>;

/** The settings of this run. Throws PROFILE_UNKNOWN and CONFIG_VALUE. */
export function resolveSettings(flags: SettingFlags, env: Env, file: ConfigFile): Settings {
  const profile = resolveProfile(flags, env, file);
  const known = [...file.profiles.keys()];
  if (!file.profiles.has(profile.value) && profile.value !== DEFAULT_PROFILE) {
    throw profileError(profile.value, known, profile.source, file.path);
  }
  const values = new Map<SettingKey, Setting>();
  for (const key of SETTING_KEYS) {
    const setting = resolveOne(key, profile.value, flags, env, file);
    if (setting !== undefined) values.set(key, setting);
  }
  return {
    profile,
    environment: values.get('environment') ?? { value: DEFAULT_ENVIRONMENT, source: 'default' },
    of: (key) => values.get(key),
  };
}

/** Which profile is in use, and why. It need not exist. */
export function resolveProfile(flags: SettingFlags, env: Env, file: ConfigFile): Setting {
  const variable = settingVariable('profile');
  if (flags.profile !== undefined) return { value: flags.profile, source: '--profile' };
  if (env[variable]) return { value: env[variable], source: variable };
  if (file.active !== undefined) return { value: file.active, source: file.path };
  return { value: DEFAULT_PROFILE, source: 'default' };
}

function resolveOne(
  key: SettingKey,
  profile: string,
  flags: SettingFlags,
  env: Env,
  file: ConfigFile,
): Setting | undefined {
  const variable = settingVariable(key);
  const written = file.profiles.get(profile)?.[key];
  if (key === 'environment' && flags.env !== undefined) return checked(key, flags.env, '--env');
  // A variable that is set and empty counts as unset, as DRAY_PROFILE= in a script means none.
  if (env[variable]) return checked(key, env[variable], variable);
  return written === undefined ? undefined : checked(key, written, `profile ${profile}`, file.path);
}

function checked(key: SettingKey, value: unknown, source: string, path?: string): Setting {
  const from = path === undefined ? source : `${source} of ${path}`;
  if (typeof value !== 'string') throw valueError(key, value, 'text in quotes', from);
  const mustBe = settingRule(key).mustBe(value);
  if (mustBe !== undefined) throw valueError(key, value, mustBe, from);
  return { value, source };
}
