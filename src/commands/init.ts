/**
 * `dray init`: starts an app from a template.
 */
import { Args, Flags } from '@oclif/core';
import { BaseCommand } from '../cli/base-command.ts';
import { copyTemplate, TEMPLATES } from '../cli/copy-template.ts';

/** The document of `dray init --json`. */
export interface InitResult {
  template: string;
  /** The folder, as given. */
  dir: string;
  /** Files that were written, relative to it. */
  created: readonly string[];
  /** Files that were there already and were kept. */
  kept: readonly string[];
}

export default class Init extends BaseCommand<InitResult> {
  static override summary = 'start an app from a template';
  static override description =
    `Copies the files of a template into a folder. A package.json and a tsconfig.json that
are there already are kept; any other file of the same name is an error, unless --force is given.`;
  static override args = {
    template: Args.string({
      options: Object.keys(TEMPLATES),
      default: 'hello',
      description: `which template: ${Object.entries(TEMPLATES)
        .map(([name, what]) => `${name} (${what})`)
        .join(', ')}`,
    }),
  };
  static override flags = {
    dir: Flags.string({
      char: 'd',
      default: '.',
      description: 'the folder to start in; created where missing',
    }),
    force: Flags.boolean({ char: 'f', description: 'overwrite files that are there' }),
  };
  static override examples = [
    { description: 'start in this folder', command: '<%= config.bin %> init hello' },
    { description: 'start in a new folder', command: '<%= config.bin %> init map --dir words' },
  ];

  async run(): Promise<InitResult> {
    const { args, flags } = await this.parse(Init);
    const result = await copyTemplate(args.template, flags);
    this.log(`Created ${result.created.join(', ')} in ${result.dir}`);
    if (result.kept.length > 0) this.log(`Kept your own ${result.kept.join(', ')}`);
    const enter = result.dir === '.' ? '' : `cd ${result.dir} && `;
    this.log(`\nNext:\n  $ ${enter}npm install\n  $ npx dray run app.ts --help`);
    return result;
  }
}
