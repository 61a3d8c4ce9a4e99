/**
 * Turns a recipe into the text of a Dockerfile, one layer per step.
 *
 * Pure: same recipe, same text. It needs no `# syntax` line, so the frontend built into the oldest supported
 * engine (20.10) reads it. What comes from the user's shell (proxies, CA bundle) never enters the image.
 *
 * Invariants
 * - every instruction is one line, whatever the user's text holds; `dockerfileCommands` alone is taken as it is
 * - `steps[i]` is the step that BuildKit numbers i + 2 (FROM is 1)
 */
import type { ImageRecipe, ImageStep } from '../../sdk/recipe.ts';
import { instructionsOf, isNumbered } from './dockerfile-lines.ts';
import type { BuildStep } from './image-host.ts';
import { LOCAL_CONTENT } from './local-files.ts';
import { checkRecipe } from './recipe-check.ts';
import { DEFAULT_SHELL, runInstruction } from './run-step.ts';
import type { RecipeFiles } from './step-files.ts';
import { stepName } from './step-name.ts';
import type { SecretsOfSteps } from './step-secrets.ts';

/** Characters of a value that is written into a line; BuildKit reads lines of up to 64 KiB. */
const LONGEST_VALUE = 8_000;

export interface Dockerfile {
  readonly text: string;
  /** Values that the text cannot hold, for its ARGs. */
  readonly buildArgs: Readonly<Record<string, string>>;
  readonly steps: readonly BuildStep[];
}

export interface DockerfileOptions {
  /** The build context holds a CA bundle (run-step.ts says under which name) that each RUN is to trust. */
  readonly caBundle: boolean;
  /** What the steps take from the user's disk. */
  readonly files?: RecipeFiles;
  /** Steps that are to run anew do so once for each such text; default: they run as any other. */
  readonly forced?: string;
  /** Their secrets. Only the names of variables get into the text. */
  readonly secrets?: SecretsOfSteps;
}

/** The Dockerfile of a recipe. Throws a UserError where the recipe cannot be right. */
export function dockerfileFor(recipe: ImageRecipe, options: DockerfileOptions): Dockerfile {
  checkRecipe(recipe);
  const lines = [`FROM ${recipe.base}`];
  const buildArgs: Record<string, string> = {};
  const steps: BuildStep[] = [];
  let shell: readonly string[] = DEFAULT_SHELL;
  const firstForced = recipe.steps.findIndex(({ force }) => force);
  for (const [index, step] of recipe.steps.entries()) {
    // An argument is a part of what BuildKit remembers a RUN by, and nothing of the image.
    if (index === firstForced && options.forced !== undefined)
      lines.push(`ARG DRAY_FORCED=${options.forced}`);
    switch (step.kind) {
      case 'env':
        lines.push(...envInstructions(step.variables, buildArgs));
        break;
      case 'workdir':
        lines.push(`WORKDIR ${quoted(step.path)}`);
        steps.push(buildStep(step));
        break;
      case 'add-local':
        lines.push(copyInstruction(step.remote, options.files?.[index]?.folder ?? ''));
        steps.push(buildStep(step));
        break;
      case 'user':
        lines.push(`USER ${quoted(step.name)}`);
        break;
      case 'shell':
        shell = step.command;
        lines.push(`SHELL ${JSON.stringify(shell)}`);
        break;
      case 'dockerfile-commands':
        lines.push(...step.lines);
        steps.push(
          ...step.lines
            .flatMap(instructionsOf)
            .filter(isNumbered)
            .map(() => buildStep(step)),
        );
        break;
      default:
        lines.push(
          runInstruction(step, index, {
            ...options,
            shell,
            files: options.files?.[index],
            secrets: Object.keys(options.secrets?.[index] ?? {}),
          }),
        );
        steps.push(buildStep(step));
    }
  }
  return { text: `${lines.join('\n')}\n`, buildArgs, steps };
}

/** A folder's content goes into the folder that is named, as `COPY` has it. */
function copyInstruction(remote: string, folder: string): string {
  return `COPY ${JSON.stringify([`${folder}/${LOCAL_CONTENT}`, remote])}`;
}

function buildStep(step: ImageStep): BuildStep {
  const name = stepName(step);
  const installs = /-install$|^pip-requirements$|^npm-lock$/.test(step.kind);
  return { name, installs, ...(step.at !== undefined && { at: step.at }) };
}

/**
 * One instruction per variable, for a line has a longest length. No escape of a Dockerfile stands for a line break: a
 * value with one, or too long for a line, comes in through an ARG.
 */
function envInstructions(
  variables: Readonly<Record<string, string>>,
  buildArgs: Record<string, string>,
): string[] {
  return Object.entries(variables).flatMap(([name, value]) => {
    if (!/[\r\n]/.test(value) && value.length <= LONGEST_VALUE) return [`ENV ${name}=${quoted(value)}`];
    const arg = `DRAY_ENV_${Object.keys(buildArgs).length}`;
    buildArgs[arg] = value;
    return [`ARG ${arg}`, `ENV ${name}="$${arg}"`];
  });
}

/** A word of a Dockerfile that stands for exactly this text. */
function quoted(text: string): string {
  return `"${text.replaceAll(/["\\$]/g, '\\$&')}"`;
}
