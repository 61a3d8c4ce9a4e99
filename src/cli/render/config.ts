/**
 * How settings look: each with its value and what decided it. Pure.
 *
 * Invariants
 * - a value is only ever seen as `shownValue` gives it
 */
import chalk from 'chalk';
import type { ConfigFile } from '../../config/config-file.ts';
import { SETTING_KEYS, type SettingKey, shownValue } from '../../config/setting-keys.ts';
import type { Setting, Settings } from '../../config/settings.ts';
import { columns } from './columns.ts';

/** The document of `dray config show --json`. */
export interface ShownSettings {
  /** The settings file. */
  file: string;
  exists: boolean;
  profile: Setting;
  /** Every setting; a value that nobody gave is null, a secret one is `***`. */
  settings: Record<SettingKey, { value: string | null; source: string }>;
}

/** What may be shown of settings. */
export function shownSettings(settings: Settings, file: ConfigFile): ShownSettings {
  const shown = SETTING_KEYS.map((key) => {
    const setting = key === 'environment' ? settings.environment : settings.of(key);
    const value = setting === undefined ? null : shownValue(key, setting.value);
    return [key, { value, source: setting?.source ?? 'default' }] as const;
  });
  return {
    file: file.path,
    exists: file.exists,
    profile: settings.profile,
    settings: Object.fromEntries(shown) as ShownSettings['settings'],
  };
}

/** The text for a person. */
export function renderSettings({ file, exists, profile, settings }: ShownSettings): string {
  const head = [
    [chalk.bold('File'), exists ? file : `${file} ${chalk.dim('(not there)')}`],
    [chalk.bold('Profile'), `${profile.value} ${chalk.dim(`(${profile.source})`)}`],
  ];
  const rows = Object.entries(settings).map(([key, { value, source }]) => [
    key,
    value ?? chalk.dim('–'),
    chalk.dim(source),
  ]);
  const title = ['SETTING', 'VALUE', 'FROM'].map((text) => chalk.bold(text));
  return `${columns(head)}\n\n${columns([title, ...rows])}`;
}
