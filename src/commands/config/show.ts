/**
 * `dray config show`: the settings in force and what decided each, secrets never among them.
 */
import { BaseCommand } from '../../cli/base-command.ts';
import { renderSettings, type ShownSettings, shownSettings } from '../../cli/render/config.ts';

export default class ConfigShow extends BaseCommand<ShownSettings> {
  static override summary = 'show the settings in force and what decided each';
  static override description =
    'A flag decides before a DRAY_* variable, that before the profile, that before the default.';
  static override examples = [
    { description: 'show what is in force here', command: '<%= config.bin %> config show' },
    { description: 'show what a profile sets', command: '<%= config.bin %> config show --profile work' },
  ];

  async run(): Promise<ShownSettings> {
    await this.parse(ConfigShow);
    const shown = shownSettings(this.settings, this.configFile);
    this.log(renderSettings(shown));
    return shown;
  }
}
