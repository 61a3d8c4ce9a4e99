/**
 * The errors that a server answers requests with, beside those that the work itself throws.
 */
import { EnvironmentError, RefusedError } from '../shared/errors.ts';
import { nearestName } from '../shared/names.ts';

/** The last line of a stream that the server's end cuts short. */
export function serverEnding(): EnvironmentError {
  return new EnvironmentError('SERVER_ENDING', 'the server ends', {
    suggestions: ['try again when it runs: dray server status'],
  });
}

/** No token, or none that is good. */
export function tokenRefused(): RefusedError {
  return new RefusedError('TOKEN_REFUSED', 'the server does not accept this token, or was given none', {
    suggestions: ['sign in: dray token new', 'see which token is used: dray config show'],
  });
}

/** The token is good, and not for this. */
export function scopeMissing(scope: string): RefusedError {
  return new RefusedError('SCOPE_MISSING', `this token may not do that: it lacks the scope ${scope}`, {
    suggestions: [`get a token that may: dray token new --scope ${scope}`],
  });
}

/** No token of that id. */
export function tokenUnknown(id: string): RefusedError {
  return new RefusedError('TOKEN_UNKNOWN', `there is no token ${JSON.stringify(id)}`, {
    suggestions: ['see those there are: dray token list'],
  });
}

/** Too many tries from one place. */
export function tooManyTries(waitMs: number): RefusedError {
  return new RefusedError('RATE_LIMITED', 'too many tries from this address', {
    suggestions: [`try again in ${Math.ceil(waitMs / 1_000)} s`],
  });
}

/** The body is longer than the server takes. */
export function bodyTooLarge(limitBytes: number): RefusedError {
  return new RefusedError('BODY_TOO_LARGE', `the request is larger than ${limitBytes} bytes`);
}

/** What was sent is not what the route takes. `problems` say where. */
export function requestInvalid(problems: readonly string[]): RefusedError {
  return new RefusedError('REQUEST_INVALID', `the request is not understood: ${problems.join('; ')}`, {
    suggestions: ['see what the route takes: /openapi.json'],
  });
}

/** The address leads nowhere. */
export function routeUnknown(method: string, path: string): RefusedError {
  return new RefusedError('ROUTE_UNKNOWN', `the server has no ${method} ${path}`, {
    suggestions: ['see the routes it has: /openapi.json', 'see whether dray is as new as the server'],
  });
}

/** No such app. `known` are those that there are. */
export function appNotFound(app: string, environment: string, known: readonly string[]): RefusedError {
  const near = nearestName(app, known);
  return new RefusedError('APP_NOT_FOUND', `there is no app ${app} in the environment ${environment}`, {
    suggestions: [
      ...(near === undefined ? [] : [`did you mean ${near}?`]),
      'see which there are: dray app list',
      'deploy it: dray deploy FILE',
    ],
  });
}

/** Apps serve in the environment that was to be deleted. */
export function environmentInUse(environment: string, apps: readonly string[]): RefusedError {
  const which = apps.join(', ');
  return new RefusedError('ENVIRONMENT_IN_USE', `apps run in the environment ${environment}: ${which}`, {
    suggestions: apps.map((app) => `stop it first: dray app stop ${app} --env ${environment}`),
  });
}
