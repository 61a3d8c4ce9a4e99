/**
 * `dray types`: writes TypeScript types from the annotations of a Python module, or checks that written ones are right.
 */
import { Args, Flags } from '@oclif/core';
import { BaseCommand } from '../cli/base-command.ts';

/** The document of `dray types --json`. */
export interface TypesResult {
  /** The Python file, as given. */
  file: string;
  /** Functions and classes that have a type. */
  names: readonly string[];
  /** The types as TypeScript. */
  text: string;
  /** The file that was written or checked; null where the types were printed. */
  path: string | null;
}

export default class Types extends BaseCommand<TypesResult> {
  static override summary = 'write TypeScript types from the annotations of a Python module';
  static override description =
    `Prints a type for each public function and class of the module, for app.python and app.pythonCls.
The module is only read, never run, and no Python is needed. With --check nothing is written:
it fails where the file differs from what would be written now.`;
  static override args = {
    file: Args.string({ required: true, description: 'the Python module' }),
  };
  static override flags = {
    output: Flags.string({
      char: 'o',
      helpValue: 'PATH',
      description: 'write the types to a file',
      exclusive: ['check'],
    }),
    check: Flags.string({
      helpValue: 'PATH',
      description: 'fail unless this file holds the types as they are now',
    }),
  };
  static override examples = [
    { description: 'print the types of a module', command: '<%= config.bin %> types model.py' },
    {
      description: 'write them where app.ts imports them',
      command: '<%= config.bin %> types model.py --output model.types.ts',
    },
    {
      description: 'fail in CI where somebody changed model.py alone',
      command: '<%= config.bin %> types model.py --check model.types.ts',
    },
  ];

  async run(): Promise<TypesResult> {
    const { args, flags } = await this.parse(Types);
    const { readTypes, writeTypes, checkTypes } = await import('../runtime/python/types-file.ts');
    const { names, text } = await readTypes(args.file);
    if (flags.output !== undefined) await writeTypes(flags.output, text);
    if (flags.check !== undefined) await checkTypes(args.file, flags.check, text);
    const path = flags.output ?? flags.check;
    if (path === undefined) this.log(text.trimEnd());
    else this.log(`${flags.check === undefined ? 'Wrote' : 'Up to date:'} ${path}`);
    return { file: args.file, names, text, path: path ?? null };
  }
}
