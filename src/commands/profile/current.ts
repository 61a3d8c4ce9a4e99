/**
 * `dray profile current`: the profile in use and what chose it.
 */
import { BaseCommand } from '../../cli/base-command.ts';

/** The document of `dray profile current --json`. */
export interface ProfileCurrentResult {
  profile: string;
  /** What chose it: `--profile`, `DRAY_PROFILE`, the settings file, `default`. */
  source: string;
}

export default class ProfileCurrent extends BaseCommand<ProfileCurrentResult> {
  static override summary = 'print the name of the profile in use';
  static override examples = [
    { description: 'see which it is', command: '<%= config.bin %> profile current' },
    { description: 'see what chose it', command: '<%= config.bin %> profile current --json' },
  ];

  async run(): Promise<ProfileCurrentResult> {
    await this.parse(ProfileCurrent);
    const { value, source } = this.settings.profile;
    this.log(value);
    return { profile: value, source };
  }
}
