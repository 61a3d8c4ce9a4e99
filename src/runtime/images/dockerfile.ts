/**
 * Turns a recipe into the text of a Dockerfile, one layer per step.
 *
 * Pure: same recipe, same text. It needs no `# syntax` line, so the frontend built into the oldest supported
 * engine (20.10) reads it. What comes from the user's shell (proxies, CA bundle) never enters the image.
 *
 * Invariants
 * - every instruction is one line, whatever the user's text holds
 * - `steps[i]` is the step that BuildKit numbers i + 2 (FROM is 1)
 */
import type { ImageRecipe } from '../../sdk/recipe.ts';
import type { BuildStep } from './image-host.ts';
import { checkRecipe } from './recipe-check.ts';
import { runInstruction } from './run-step.ts';
import { stepName } from './step-name.ts';

/** Raised with every change that makes another image of the same recipe: tags change, and images are built anew. */
export const DOCKERFILE_FORMAT = 1;

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
}

/** The Dockerfile of a recipe. Throws a UserError where the recipe cannot be right. */
export function dockerfileFor(recipe: ImageRecipe, options: DockerfileOptions): Dockerfile {
  checkRecipe(recipe);
  const lines = [`FROM ${recipe.base}`];
  const buildArgs: Record<string, string> = {};
  const steps: BuildStep[] = [];
  for (const step of recipe.steps) {
    switch (step.kind) {
      case 'env':
        lines.push(...envInstructions(step.variables, buildArgs));
        break;
      case 'workdir':
        lines.push(`WORKDIR ${quoted(step.path)}`);
        steps.push({ name: stepName(step), installs: false });
        break;
      default:
        lines.push(runInstruction(step, options));
        steps.push({ name: stepName(step), installs: step.kind !== 'run-commands' });
    }
  }
  return { text: `${lines.join('\n')}\n`, buildArgs, steps };
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
