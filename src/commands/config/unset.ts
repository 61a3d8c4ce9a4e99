/**
 * `dray config unset`: takes a setting out of a profile of the settings file.
 */
import { Args } from '@oclif/core';
import { BaseCommand } from '../../cli/base-command.ts';
import { unsetSetting } from '../../config/change-config.ts';
import { SETTING_KEYS } from '../../config/setting-keys.ts';

/** The document of `dray config unset --json`. */
export interface ConfigUnsetResult {
  file: string;
  profile: string;
  key: string;
  /** Whether it had been set there. */
  removed: boolean;
}

export default class ConfigUnset extends BaseCommand<ConfigUnsetResult> {
  static override summary = 'take a setting out of the profile in use';
  static override args = {
    key: Args.string({ required: true, description: `which setting: ${SETTING_KEYS.join(', ')}` }),
  };
  static override examples = [
    { description: 'let dray choose where to run again', command: '<%= config.bin %> config unset backend' },
    {
      description: 'in another profile',
      command: '<%= config.bin %> config unset --profile work environment',
    },
  ];

  async run(): Promise<ConfigUnsetResult> {
    const { args } = await this.parse(ConfigUnset);
    const place = this.configPlace;
    const removed = await unsetSetting(place, args.key);
    const where = `profile ${place.profile} of ${place.path}`;
    this.log(removed ? `Took ${args.key} out of ${where}` : `${args.key} is not set in ${where}`);
    return { file: place.path, profile: place.profile, key: args.key, removed };
  }
}
