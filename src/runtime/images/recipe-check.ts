/**
 * Refuses recipes that can never become an image, before any builder is asked.
 *
 * Pure. It knows grammars only (references, package names, variable names, paths); whether a base or a
 * package exists is the builder's answer.
 *
 * Invariants
 * - a recipe that passes has no text that could end a Dockerfile instruction or be read as an option
 * - each error names the step in the user's words
 */
import path from 'node:path';
import type { DockerfileBase, ImageRecipe, ImageStep } from '../../sdk/recipe.ts';
import { UserError } from '../../shared/errors.ts';
import { instructionsOf } from './dockerfile-lines.ts';
import { checkPipOptions, PIP_PACKAGE } from './pip-check.ts';
import { invalidStep as invalid } from './recipe-errors.ts';
import { dockerfileName } from './step-name.ts';

/**
 * A reference as `docker pull` takes it: the grammar of the distribution project
 * (https://pkg.go.dev/github.com/distribution/reference), without its length limits.
 */
const REFERENCE =
  /^(?:(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9a-fA-F:]+\])(?::[0-9]+)?\/)?[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*(?::[A-Za-z0-9_][A-Za-z0-9._-]{0,127})?(?:@[a-z0-9]+:[0-9a-fA-F]{32,})?$/;

/** Debian's grammar of package names, an architecture, and `=version` or `/release`. */
const APT_PACKAGE = /^[a-z0-9][a-z0-9.+-]*[a-z0-9+](?::[a-z0-9-]+)?(?:[=/][A-Za-z0-9.+:~-]+)?$/;

/** A name, scope, version range, alias, git or tarball address; no path, for the build has no such file. */
const NPM_PACKAGE = /^[A-Za-z0-9@][A-Za-z0-9@/._~^<>=*+:#%-]*$/;

/** What Kubernetes allows, less a leading dot or dash; any program can read such a variable. */
const VARIABLE = /^[A-Za-z_][A-Za-z0-9_.-]*$/;

/** A name or an id, and a group's behind a colon. */
const USER = /^[A-Za-z0-9_][A-Za-z0-9_.-]*(?::[A-Za-z0-9_][A-Za-z0-9_.-]*)?$/;

/** Bytes of all commands as JSON. BuildKit reads lines of a Dockerfile up to 64 KiB; dray's part takes under 2. */
const LONGEST_COMMANDS = 60_000;

/** Throws a UserError for the first thing in the recipe that cannot be right. */
export function checkRecipe(recipe: ImageRecipe): void {
  if (recipe.dockerfile !== undefined) checkDockerfileBase(recipe.dockerfile);
  else if (!REFERENCE.test(recipe.base)) {
    throw new UserError('IMAGE_REFERENCE_INVALID', `"${recipe.base}" is not the reference of an image`, {
      suggestions: ['write it as for docker pull: name:tag, or registry.example.com/name:tag'],
    });
  }
  for (const step of recipe.steps) checkStep(step);
}

function checkDockerfileBase(base: DockerfileBase): void {
  const { local, context, buildArgs = {}, target = 'x', ignore = [], at: _at, ...unknown } = base;
  const refuse = (message: string, suggestions: readonly string[] = []) =>
    new UserError('IMAGE_RECIPE_INVALID', `${dockerfileName(base)}: ${message}`, { suggestions });
  const [name] = Object.keys(unknown);
  if (name !== undefined) {
    throw refuse(`there is no option ${name}`, ['the options are context, buildArgs, target and ignore']);
  }
  if (typeof local !== 'string' || local === '') throw refuse('no file is named');
  if (context !== undefined && typeof context !== 'string')
    throw refuse('context is not the path of a folder');
  if (!/^[A-Za-z0-9][\w.-]*$/.test(target)) throw refuse(`${JSON.stringify(target)} cannot name a stage`);
  if (!Array.isArray(ignore) || ignore.some((pattern) => typeof pattern !== 'string'))
    throw refuse('ignore is not a list of patterns');
  for (const [arg, value] of Object.entries(buildArgs)) {
    if (!VARIABLE.test(arg)) throw refuse(`${JSON.stringify(arg)} cannot name an argument`);
    if (typeof value !== 'string' || value.includes('\0'))
      throw refuse(`the value of ${arg} is not a string`);
  }
}

function checkStep(step: ImageStep): void {
  switch (step.kind) {
    case 'apt-install':
      checkPackages(step, step.packages, APT_PACKAGE, 'a Debian package', 'name, or name=version');
      break;
    case 'npm-install':
      checkPackages(step, step.packages, NPM_PACKAGE, 'an npm package', 'name, or name@version');
      break;
    case 'run-commands':
      checkCommands(step, step.commands);
      break;
    case 'env':
      checkVariables(step, step.variables);
      break;
    case 'workdir':
      checkPath(step, step.path);
      break;
    case 'pip-install':
    case 'uv-pip-install':
      checkPackages(step, step.packages, PIP_PACKAGE, 'a Python package', 'name, or name==version');
      checkPipOptions(step, step.options);
      break;
    case 'pip-requirements':
      checkPipOptions(step, step.options);
      break;
    case 'add-local':
      checkLocalStep(step);
      break;
    case 'npm-lock':
      break;
    case 'add-node':
      if (!/^[\w.-]+$/.test(step.version)) throw invalid(step, 'that is no version of Node');
      break;
    case 'user':
      if (!USER.test(step.name)) throw invalid(step, 'that is no user: write a name, an id, or user:group');
      break;
    case 'shell':
      checkShell(step, step.command);
      break;
    case 'dockerfile-commands':
      checkDockerfileLines(step, step.lines);
      break;
  }
}

function checkPackages(
  step: ImageStep,
  packages: readonly string[],
  grammar: RegExp,
  what: string,
  form: string,
): void {
  if (packages.length === 0) throw invalid(step, 'no package is named');
  const wrong = packages.find((name) => !grammar.test(name));
  if (wrong === undefined) return;
  throw invalid(step, `${JSON.stringify(wrong)} is not the name of ${what}`, [
    `write each package as an argument of its own: ${form}`,
  ]);
}

function checkCommands(step: ImageStep, commands: readonly string[]): void {
  if (commands.length === 0) throw invalid(step, 'no command is given');
  if (commands.some((command) => command.trim() === '')) throw invalid(step, 'a command is empty');
  if (commands.some((command) => command.includes('\0')))
    throw invalid(step, 'a command holds a NUL character');
  const bytes = Buffer.byteLength(JSON.stringify(commands));
  if (bytes <= LONGEST_COMMANDS) return;
  throw invalid(step, `the commands are ${bytes} bytes long; the most is ${LONGEST_COMMANDS}`, [
    'split them over several calls of runCommands',
  ]);
}

function checkVariables(step: ImageStep, variables: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(variables)) {
    if (!VARIABLE.test(name)) throw invalid(step, `${JSON.stringify(name)} cannot name a variable`);
    if (typeof value !== 'string') throw invalid(step, `the value of ${name} is not a string`);
    if (value.includes('\0')) throw invalid(step, `the value of ${name} holds a NUL character`);
  }
}

function checkPath(step: ImageStep, remote: string): void {
  if (!remote.startsWith('/'))
    throw invalid(step, 'the path is not absolute', [`write it from the root: "/${remote}"`]);
  if (/[\0\r\n]/.test(remote)) throw invalid(step, 'the path holds a line break');
}

function checkLocalStep(step: Extract<ImageStep, { kind: 'add-local' }>): void {
  const { local, remote, ignore } = step;
  if (local === '') throw invalid(step, 'no file or folder is named');
  checkPath(step, remote);
  // A Dockerfile would read these, and no path of an image needs them.
  if (/["$\\]/.test(remote))
    throw invalid(step, 'the path in the image holds a quote, a dollar or a backslash');
  if (path.posix.normalize(remote) === '/') throw invalid(step, 'the root of an image cannot be replaced');
  if (!Array.isArray(ignore) || ignore.some((pattern) => typeof pattern !== 'string'))
    throw invalid(step, 'ignore is not a list of patterns');
}

function checkShell(step: ImageStep, command: readonly string[]): void {
  if (command.length === 0) throw invalid(step, 'no program is named');
  if (command.some((word) => word === '' || word.includes('\0'))) throw invalid(step, 'a word is empty');
}

function checkDockerfileLines(step: ImageStep, lines: readonly string[]): void {
  if (lines.length === 0) throw invalid(step, 'no instruction is given');
  for (const line of lines) {
    const [first] = instructionsOf(line);
    if (first === undefined) throw invalid(step, 'an instruction is empty');
    if (/\\\s*$/.test(line)) throw invalid(step, 'an instruction ends in a backslash, and so never ends');
    if (instructionsOf(line).includes('FROM')) {
      throw invalid(step, 'FROM begins another image', ['write a Dockerfile: Image.fromDockerfile']);
    }
  }
}
