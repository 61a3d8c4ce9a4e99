/**
 * `dray config set`: writes a setting into a profile of the settings file.
 */
import { Args } from '@oclif/core';
import { BaseCommand } from '../../cli/base-command.ts';
import { readLine } from '../../cli/read-line.ts';
import { setSetting } from '../../config/change-config.ts';
import {
  isSettingKey,
  SETTING_KEYS,
  settingRule,
  settingVariable,
  shownValue,
} from '../../config/setting-keys.ts';

/** The document of `dray config set --json`. */
export interface ConfigSetResult {
  file: string;
  profile: string;
  key: string;
  /** As it may be shown: a secret one is `***`. */
  value: string;
}

export default class ConfigSet extends BaseCommand<ConfigSetResult> {
  static override summary = 'write a setting into the profile in use';
  static override description =
    `Comments and layout of the file stay as they are. With --profile it writes into that
profile, and creates it where it is missing.

Settings:
${SETTING_KEYS.map((key) => `  ${key.padEnd(14)}${settingRule(key).what}`).join('\n')}`;
  static override args = {
    key: Args.string({ required: true, description: `which setting: ${SETTING_KEYS.join(', ')}` }),
    value: Args.string({ required: true, description: 'its value; - reads a line from stdin' }),
  };
  static override examples = [
    { description: 'run in child processes', command: '<%= config.bin %> config set backend process' },
    {
      description: 'set a secret without leaving it in the history of the shell',
      command: '<%= config.bin %> config set --profile work token_secret - < token.txt',
    },
  ];

  async run(): Promise<ConfigSetResult> {
    const { args } = await this.parse(ConfigSet);
    const place = this.configPlace;
    const value = args.value === '-' ? await readLine(process.stdin) : args.value;
    await setSetting(place, args.key, value);
    const shown = isSettingKey(args.key) ? shownValue(args.key, value) : value;
    this.log(`Set ${args.key} to ${shown} in profile ${place.profile} of ${place.path}`);
    this.#warnOfVariable(args.key);
    return { file: place.path, profile: place.profile, key: args.key, value: shown };
  }

  /** What was just written would not be what is in force. */
  #warnOfVariable(key: string): void {
    const variable = isSettingKey(key) ? settingVariable(key) : '';
    if (process.env[variable]) this.note(`${variable} is set, and stands above the file`);
  }
}
