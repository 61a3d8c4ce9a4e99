/**
 * Help of the program: oclif's own, but for `dray run FILE --help`, which shows the flags of the function.
 *
 * Only the file knows those, so the command itself is run and answers. Nothing of the runtime is loaded here.
 */
import { Help } from '@oclif/core/help';
import { asksForHelp, type OwnFlags, splitArguments } from './split-arguments.ts';

/** Named in package.json as oclif's help class. */
export class DrayHelp extends Help {
  override async showHelp(argv: string[]): Promise<void> {
    const [id, ...given] = argv;
    const command = id === undefined ? undefined : this.config.findCommand(id);
    const { rest } = splitArguments(given, (command?.flags ?? {}) as OwnFlags);
    if (id === 'run' && asksForHelp(rest)) await this.config.runCommand(id, given);
    else await super.showHelp(argv);
  }
}
