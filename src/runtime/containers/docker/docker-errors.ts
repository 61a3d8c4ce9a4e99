/**
 * Translates what Docker and its connection say into errors that a user can act on.
 *
 * The only place that looks at Docker's statuses and texts. Kinds are told by status and by error code; text decides
 * only where Docker has no code for it (a full disk, a program that an image lacks).
 */
import { EnvironmentError, ToolError, type ToolErrorOptions } from '../../../shared/errors.ts';
import type { DockerEndpoint } from './docker-endpoint.ts';

/** What dockerode throws: a status where the engine answered, a code where the connection failed. */
export interface DockerFailure extends Error {
  readonly statusCode?: number;
  readonly code?: string;
  readonly json?: { readonly message?: string };
}

/** What was being done, for the sentence and for the meaning of a status. */
export interface DockerAttempt {
  readonly endpoint: DockerEndpoint;
  /** E.g. "create a container". */
  readonly action: string;
  /** The image it concerns. */
  readonly image?: string;
}

/** The error for a failed request. What is translated already is returned as it is. */
export function translateDockerError(error: unknown, attempt: DockerAttempt): ToolError {
  if (error instanceof ToolError) return error;
  const failure = error as DockerFailure;
  const { statusCode } = failure;
  if (statusCode === undefined) return connectionError(attempt.endpoint, failure);
  const said = dockerMessage(failure);
  const { action, image } = attempt;
  if (statusCode === 404 && image !== undefined && /no such image/i.test(said))
    return imageMissing(image, failure);
  if (/no space left on device/i.test(said)) {
    return new EnvironmentError('NO_SPACE_LEFT', `Docker cannot ${action}: its disk is full`, {
      suggestions: ['free space: docker system prune', 'see what takes it: docker system df'],
      details: said,
      cause: failure,
    });
  }
  if (/exec:? .*\/bin\/sh.*(no such file|not found)/i.test(said)) {
    return imageCannotRun(image ?? '', 'a program', { details: said, cause: failure });
  }
  const code = statusCode === 409 ? 'DOCKER_CONFLICT' : statusCode < 500 ? 'DOCKER_REFUSED' : 'DOCKER_FAILED';
  return new EnvironmentError(code, `Docker could not ${action}: ${said}`, {
    suggestions: ['see that the engine is well: docker info'],
    cause: failure,
  });
}

/** The error for an engine that could not be asked at all. */
export function connectionError(endpoint: DockerEndpoint, cause: unknown): EnvironmentError {
  const { code } = cause as DockerFailure;
  const chosen = `${endpoint.host} (chosen by ${endpoint.source})`;
  if (code === 'EACCES' || code === 'EPERM') {
    return new EnvironmentError('DOCKER_PERMISSION_DENIED', `not allowed to use Docker at ${chosen}`, {
      suggestions: [
        'join the group of the socket and log in again: sudo usermod -aG docker $USER',
        'run the command with sudo',
        'go without Docker: --backend process',
      ],
      cause,
    });
  }
  return new EnvironmentError('DOCKER_UNREACHABLE', `cannot reach Docker at ${chosen}`, {
    suggestions: [
      'start Docker and try again',
      endpoint.source === 'default socket'
        ? 'say where it is: DOCKER_HOST=unix:///path/to/docker.sock'
        : `check ${endpoint.source}`,
      'go without Docker: --backend process',
    ],
    cause,
  });
}

/** The error for an image that the host does not hold. */
export function imageMissing(image: string, cause?: unknown): EnvironmentError {
  return new EnvironmentError('IMAGE_MISSING', `the image ${image} is not on the Docker host`, {
    suggestions: [
      `fetch it: docker pull ${image}`,
      'run the command again: dray fetches or builds what is missing',
    ],
    cause,
  });
}

/** The error for an image whose containers find no such program. */
export function programMissing(image: string, program: string): EnvironmentError {
  const code = program === 'node' ? 'IMAGE_WITHOUT_NODE' : 'IMAGE_WITHOUT_PROGRAM';
  return new EnvironmentError(code, `the image ${image} has no ${program} on its PATH`, {
    suggestions:
      program === 'node'
        ? [
            'use an image that holds Node 20 or newer, e.g. Image.node("24")',
            'install Node in a step of the image',
          ]
        : [`install ${program} in a step of the image`],
  });
}

/** The error for an image in which the program is there and cannot be run, or the shell before it. */
export function imageCannotRun(
  image: string,
  program: string,
  more: ToolErrorOptions = {},
): EnvironmentError {
  return new EnvironmentError('IMAGE_CANNOT_RUN', `the image ${image} cannot run ${program}`, {
    suggestions: [
      'use an image with a shell (/bin/sh), e.g. node:24-bookworm-slim',
      'check that the image is for the machine of the Docker host: docker image inspect',
    ],
    ...more,
  });
}

/** Whether the request failed because the thing is not there (any more). */
export function isGone(error: unknown): boolean {
  return (error as DockerFailure).statusCode === 404;
}

/** Whether the engine is at something with it already. */
export function isConflict(error: unknown): boolean {
  return (error as DockerFailure).statusCode === 409;
}

/** Whether a container could not start because the engine's own init is not installed; there is no code for it. */
export function isInitMissing(error: unknown): boolean {
  return /docker-init.*(not found|no such file)/i.test(dockerMessage(error as DockerFailure));
}

/** Whether the engine did not answer at all. */
export function isUnanswered(error: unknown): boolean {
  return (error as DockerFailure).statusCode === undefined && (error as DockerFailure).code !== undefined;
}

/** Docker's own sentence, without the client's decoration. */
export function dockerMessage(failure: DockerFailure): string {
  return (failure.json?.message ?? failure.message).trim();
}
