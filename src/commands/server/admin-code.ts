/**
 * `dray server admin-code`: a new one-time code, on the server's own machine.
 */
import { BaseCommand } from '../../cli/base-command.ts';
import { dataFolder } from '../../config/paths.ts';

/** The document of `dray server admin-code --json`. */
export interface AdminCodeResult {
  code: string;
}

export default class AdminCode extends BaseCommand<AdminCodeResult> {
  static override summary = 'print a new one-time admin code';
  static override description =
    `It signs one browser in on the page where tokens are approved. A code that was printed before
is no longer good. Works on the machine of the server, for the user that it runs as.`;
  static override examples = [
    { description: 'sign another browser in', command: '<%= config.bin %> server admin-code' },
    { description: 'for a script', command: '<%= config.bin %> server admin-code --json' },
  ];

  async run(): Promise<AdminCodeResult> {
    await this.parse(AdminCode);
    const { newAdminCode } = await import('../../server/new-admin-code.ts');
    const code = await newAdminCode(dataFolder());
    this.log(code);
    return { code };
  }
}
