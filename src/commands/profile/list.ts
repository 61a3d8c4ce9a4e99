/**
 * `dray profile list`: the profiles of the settings file.
 */
import { BaseCommand } from '../../cli/base-command.ts';
import { renderProfiles, type ShownProfile, shownProfiles } from '../../cli/render/profile.ts';

/** The document of `dray profile list --json`. */
export interface ProfileListResult {
  profiles: ShownProfile[];
}

export default class ProfileList extends BaseCommand<ProfileListResult> {
  static override summary = 'list the profiles of the settings file';
  static override description = 'The one in use is marked with a star.';
  static override examples = [
    { description: 'see which there are', command: '<%= config.bin %> profile list' },
    { description: 'for a script', command: '<%= config.bin %> profile list --json' },
  ];

  async run(): Promise<ProfileListResult> {
    await this.parse(ProfileList);
    const { profile } = this.configPlace;
    const profiles = shownProfiles(this.configFile, profile);
    this.log(renderProfiles(profiles));
    return { profiles };
  }
}
