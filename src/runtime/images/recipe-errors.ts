/**
 * The errors of a recipe that cannot become an image, before any builder is asked.
 *
 * Each names the step in the user's words, and the line that declares it where that is known.
 */
import type { ImageStep } from '../../sdk/recipe.ts';
import { UserError } from '../../shared/errors.ts';
import { stepName } from './step-name.ts';

/** A step that cannot be right. */
export function invalidStep(
  step: ImageStep,
  message: string,
  suggestions: readonly string[] = [],
): UserError {
  return new UserError('IMAGE_RECIPE_INVALID', `${placedName(step)}: ${message}`, { suggestions });
}

/** A file or folder that a step takes from the user's disk is not there, or cannot be read. */
export class LocalFileError extends UserError {
  constructor(step: ImageStep, file: string, cause: unknown) {
    const missing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    super(
      'IMAGE_FILE_NOT_FOUND',
      `${placedName(step)}: ${file} ${missing ? 'does not exist' : 'cannot be read'}`,
      {
        suggestions: ['paths in a recipe start at the folder of the file that declares the step'],
        ...(!missing && { details: (cause as Error).message }),
        cause,
      },
    );
  }
}

/** `aptInstall("jq") (app.ts:12)`. */
export function placedName(step: ImageStep): string {
  return step.at === undefined ? stepName(step) : `${stepName(step)} (${step.at})`;
}
