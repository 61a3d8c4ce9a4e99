/**
 * Says a recipe's step in the words that the user wrote: `aptInstall("ffmpeg")`.
 *
 * Pure. It names steps in progress and in errors; nothing is ever parsed back out of it.
 */
import type { ImageStep } from '../../sdk/recipe.ts';

/** Longest name in characters; a command may be a whole script. */
const LONGEST = 100;

/** The call of the image chain that made this step. */
export function stepName(step: ImageStep): string {
  switch (step.kind) {
    case 'apt-install':
      return call('aptInstall', step.packages);
    case 'npm-install':
      return call('npmInstall', step.packages);
    case 'run-commands':
      return call('runCommands', step.commands);
    case 'env':
      // Names only: a value may be one that the user would not want in a log.
      return call('env', Object.keys(step.variables));
    case 'workdir':
      return call('workdir', [step.path]);
  }
}

function call(method: string, args: readonly string[]): string {
  const text = `${method}(${args.map((arg) => JSON.stringify(arg)).join(', ')})`;
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST - 2)}…)`;
}
