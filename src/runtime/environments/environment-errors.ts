/**
 * The errors of environments: what is wrong, and the command to type.
 */
import { RefusedError, type ToolError, UserError } from '../../shared/errors.ts';
import { NAME_RULE } from '../../shared/names.ts';

const GUIDE = 'docs/config.md';

/** No environment can have this name. */
export function badEnvironmentName(name: string): ToolError {
  return new UserError('BAD_NAME', `an environment cannot be named ${JSON.stringify(name)}`, {
    suggestions: [`a name is ${NAME_RULE}`],
  });
}

/** There is one of that name already. */
export function environmentExists(name: string): ToolError {
  return new RefusedError('ENVIRONMENT_EXISTS', `there is an environment ${name} already`, {
    suggestions: ['choose another name', 'see which there are: dray environment list'],
    ref: GUIDE,
  });
}

/** The environment that is always there was to be deleted. */
export function environmentStays(name: string): ToolError {
  return new RefusedError('ENVIRONMENT_NOT_DELETABLE', `the environment ${name} is always there`, {
    suggestions: ['delete what is in it: dray secret list, dray secret delete'],
    ref: GUIDE,
  });
}
