/**
 * Says a recipe's step in the words that the user wrote: `aptInstall("ffmpeg")`.
 *
 * Pure. It names steps in progress and in errors; nothing is ever parsed back out of it.
 */
import type { DockerfileBase, ImageStep } from '../../sdk/recipe.ts';

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
    case 'add-local':
      return call(step.directory ? 'addLocalDir' : 'addLocalFile', [fileName(step.local), step.remote]);
    case 'npm-lock':
      return call('npmInstallFromLock', [fileName(step.local)]);
    case 'pip-install':
      return call('pipInstall', step.packages);
    case 'pip-requirements':
      return call('pipInstallFromRequirements', [fileName(step.local)]);
    case 'uv-pip-install':
      return call('uvPipInstall', step.packages);
    case 'add-node':
      return `debianSlim({ node: ${JSON.stringify(step.version)} })`;
    case 'dockerfile-commands':
      return call('dockerfileCommands', step.lines);
    case 'user':
      return call('user', [step.name]);
    case 'shell':
      return call('shell', step.command);
  }
}

/** The call that chose a Dockerfile as the base, with its place: `fromDockerfile("Dockerfile") (app.ts:3)`. */
export function dockerfileName({ local, at }: DockerfileBase): string {
  const name = call('fromDockerfile', [fileName(String(local))]);
  return at === undefined ? name : `${name} (${at})`;
}

/** The last part of a path: recipes hold absolute ones, users write short ones. */
function fileName(local: string): string {
  return local.split('/').at(-1) ?? local;
}

function call(method: string, args: readonly string[]): string {
  const text = `${method}(${args.map((arg) => JSON.stringify(arg)).join(', ')})`;
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST - 2)}…)`;
}
