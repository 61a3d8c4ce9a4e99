/**
 * The errors of calls that a server takes and keeps.
 */
import { RefusedError, UserError } from '../../shared/errors.ts';

/** More calls of a function wait than the server keeps. */
export function backlogFull(functionName: string, limit: number): RefusedError {
  return new RefusedError('BACKLOG_FULL', `${limit} calls of ${functionName} wait or run already`, {
    suggestions: [
      'send the next ones when some of these are done: dray call list --state queued',
      'or let more containers serve them: raise maxContainers',
    ],
  });
}

/** The call was there and its result is no longer. */
export function outputExpired(callId: string, days: number): RefusedError {
  return new RefusedError(
    'OUTPUT_EXPIRED',
    `the result of the call ${callId} was kept for ${days} days and is gone`,
    {
      suggestions: ['fetch results sooner, or keep them longer: dray config set results_days 30'],
    },
  );
}

/** No call of that id. */
export function noSuchCall(callId: string): UserError {
  return new UserError('CALL_NOT_FOUND', `there is no call ${callId}`, {
    suggestions: ['see those there are: dray call list', 'look in its environment: --env NAME'],
  });
}

/** No app of that name serves. */
export function appNotFound(environment: string, app: string): RefusedError {
  return new RefusedError('APP_NOT_FOUND', `no app ${app} serves in the environment ${environment}`, {
    suggestions: ['see those that do: dray app list', 'deploy it: dray deploy app.ts'],
  });
}
