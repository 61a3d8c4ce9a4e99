/**
 * `dray profile use`: makes a profile the one in use.
 */
import { Args } from '@oclif/core';
import { BaseCommand } from '../../cli/base-command.ts';
import { useProfile } from '../../config/change-config.ts';
import { settingVariable } from '../../config/setting-keys.ts';

/** The document of `dray profile use --json`. */
export interface ProfileUseResult {
  file: string;
  profile: string;
}

export default class ProfileUse extends BaseCommand<ProfileUseResult> {
  static override summary = 'make a profile the one in use';
  static override args = {
    name: Args.string({ required: true, description: 'which profile' }),
  };
  static override examples = [
    { description: 'work with another profile from now on', command: '<%= config.bin %> profile use work' },
    { description: 'go back to the first one', command: '<%= config.bin %> profile use default' },
  ];

  async run(): Promise<ProfileUseResult> {
    const { args } = await this.parse(ProfileUse);
    const { path } = this.configPlace;
    await useProfile({ path, profile: args.name });
    this.log(`Profile ${args.name} is in use now`);
    const variable = settingVariable('profile');
    if (process.env[variable]) this.note(`${variable} is set, and stands above the file`);
    return { file: path, profile: args.name };
  }
}
