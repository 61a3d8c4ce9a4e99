/**
 * What is said where no command has the name that was typed. Named in package.json as oclif's hook.
 *
 * It shows the error itself: oclif would show it in its own way.
 */
import type { Hook } from '@oclif/core';
import { UserError } from '../shared/errors.ts';
import { nearestName } from '../shared/names.ts';
import { errorDocument, renderError } from './render/error.ts';

/** Tells which command is nearest to what was typed; the command line ends with exit code 2. */
export const commandNotFound: Hook<'command_not_found'> = async ({ id, argv = [], config }) => {
  const words = id.split(':');
  const near = nearestCommand(
    words,
    config.commandIDs.map((each) => each.replaceAll(':', ' ')),
  );
  const error = new UserError('COMMAND_NOT_FOUND', `there is no command ${words.join(' ')}`, {
    suggestions: [
      ...(near === undefined ? [] : [`did you mean dray ${near}?`]),
      'see all of them: dray --help',
    ],
  });
  process.exitCode = error.exitCode;
  if (argv.includes('--json'))
    process.stdout.write(`${JSON.stringify(errorDocument(error), undefined, 2)}\n`);
  else process.stderr.write(renderError(error));
};

/** The command nearest to the first of the words: as many of them as its own name has. */
function nearestCommand(words: readonly string[], commands: readonly string[]): string | undefined {
  const length = (command: string) => command.split(' ').length;
  for (let count = Math.min(words.length, Math.max(...commands.map(length))); count > 0; count--) {
    const near = nearestName(
      words.slice(0, count).join(' '),
      commands.filter((command) => length(command) === count),
    );
    if (near !== undefined) return near;
  }
  return undefined;
}
