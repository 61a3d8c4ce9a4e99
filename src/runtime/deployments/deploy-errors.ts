/**
 * The errors of deploys that a user can meet: what is wrong, and what to do.
 */
import { FunctionError, RefusedError, type ToolError } from '../../shared/errors.ts';

const GUIDE = 'docs/deploy.md';

/** Somebody else changes the app at this moment. */
export function deployRunning(app: string, what: string, by: string, since: Date): ToolError {
  return new RefusedError(
    'DEPLOY_RUNNING',
    `${what} of ${app} by ${by} is under way since ${clockTime(since)}`,
    {
      suggestions: ['wait until it is over and try again', `see what became of it: dray app history ${app}`],
    },
  );
}

/** What the deploy names was not sent. */
export function deployIncomplete(missing: readonly string[]): ToolError {
  return new RefusedError(
    'DEPLOY_INCOMPLETE',
    missing.length === 1
      ? 'a file of the deploy did not reach the server'
      : `${missing.length} files of the deploy did not reach the server`,
    {
      suggestions: ['deploy again: what is missing is sent'],
      details: missing.slice(0, 10).join('\n'),
    },
  );
}

/** Another version was published since this deploy began. */
export function deployConflict(app: string): ToolError {
  return new RefusedError(
    'DEPLOY_CONFLICT',
    `another version of ${app} was published since this deploy began`,
    {
      suggestions: [`see which: dray app history ${app}`, 'deploy again, where yours is to stand above it'],
    },
  );
}

/** The error of a deploy that came to nothing: where a new container did not start, with what that means. */
export function newContainerFailed(error: unknown, serving: number | undefined): unknown {
  if (!(error instanceof FunctionError)) return error;
  const goesOn = serving === undefined ? 'nothing was deployed' : `version ${serving} goes on serving`;
  return new RefusedError('DEPLOY_START_FAILED', `${error.message}; ${goesOn}`, {
    suggestions: error.suggestions,
    ...(error.details !== undefined && { details: error.details }),
    cause: error,
  });
}

/** No such version. */
export function versionNotFound(
  app: string,
  version: number | undefined,
  known: readonly number[],
): ToolError {
  const message =
    version === undefined
      ? `${app} has no version before the one that serves`
      : `${app} has no version ${version}`;
  return new RefusedError('VERSION_NOT_FOUND', message, {
    suggestions:
      known.length > 1
        ? [`choose one of ${known.join(', ')}`, `see what they are: dray app history ${app}`]
        : ['deploy another version first'],
    ref: GUIDE,
  });
}

/** The app does not serve. */
export function appStopped(app: string): ToolError {
  return new RefusedError('APP_STOPPED', `${app} is stopped`, {
    suggestions: ['deploy it again', `bring a version back: dray app rollback ${app}`],
    ref: GUIDE,
  });
}

/** The list of a tree's files cannot be what dray sent. */
export function treeInvalid(digest: string, problem: string): ToolError {
  return new RefusedError(
    'FILE_TREE_INVALID',
    `the file tree ${digest.slice(0, 12)} cannot be used: ${problem}`,
    {
      suggestions: ['deploy with the dray command, of the version of the server'],
    },
  );
}

/** A recipe names a file of the server. */
export function pathNotSent(local: string): ToolError {
  return treeInvalid('of a recipe', `${JSON.stringify(local)} is no path in what was sent`);
}

function clockTime(date: Date): string {
  return date.toISOString().slice(0, 19).replace('T', ' ');
}
