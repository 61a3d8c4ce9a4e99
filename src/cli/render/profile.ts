/**
 * How profiles look in a list: the one in use marked, and what each sets. Pure.
 *
 * Invariants
 * - a value is only ever seen as `shownValue` gives it
 */
import chalk from 'chalk';
import type { ConfigFile } from '../../config/config-file.ts';
import { isSettingKey, SETTING_KEYS, type SettingKey, shownValue } from '../../config/setting-keys.ts';
import { DEFAULT_PROFILE } from '../../config/settings.ts';
import { columns } from './columns.ts';

export interface ShownProfile {
  name: string;
  /** Whether it is the one in use. */
  active: boolean;
  /** What it sets, secrets as `***`. */
  settings: Partial<Record<SettingKey, string>>;
}

/** Every profile of the file, and `default`, which is always there. */
export function shownProfiles({ profiles }: ConfigFile, inUse: string): ShownProfile[] {
  const all = new Map([[DEFAULT_PROFILE, {}], ...profiles]);
  return [...all].map(([name, table]) => {
    const settings = Object.entries(table)
      .filter(([key]) => isSettingKey(key))
      .map(([key, value]) => [key, shownValue(key as SettingKey, String(value))]);
    return { name, active: name === inUse, settings: Object.fromEntries(settings) };
  });
}

/** The text for a person. */
export function renderProfiles(profiles: readonly ShownProfile[]): string {
  return columns(
    profiles.map(({ name, active, settings }) => [
      active ? `${chalk.green('*')} ${chalk.bold(name)}` : `  ${name}`,
      chalk.dim(
        SETTING_KEYS.filter((key) => key in settings)
          .map((key) => `${key}=${settings[key]}`)
          .join(' '),
      ),
    ]),
  );
}
