import { describe, expect, it } from 'vitest';
import type { DockerEndpoint } from '../../../../../src/runtime/containers/docker/docker-endpoint.ts';
import {
  isInitMissing,
  programMissing,
  translateDockerError,
} from '../../../../../src/runtime/containers/docker/docker-errors.ts';
import { BugError } from '../../../../../src/shared/errors.ts';

const endpoint: DockerEndpoint = { host: 'unix:///var/run/docker.sock', source: 'context laptop' };

/** As dockerode throws it. */
function failure(statusCode: number, message: string): Error {
  return Object.assign(new Error(`(HTTP code ${statusCode}) reason - ${message} `), {
    statusCode,
    json: { message },
  });
}

describe('translateDockerError', () => {
  it.each([
    { name: 'a missing image', status: 404, said: 'No such image: acme/tools:2', want: 'IMAGE_MISSING' },
    { name: 'a missing network', status: 404, said: 'network x not found', want: 'DOCKER_REFUSED' },
    { name: 'a conflict', status: 409, said: 'container is paused', want: 'DOCKER_CONFLICT' },
    { name: 'a bad request', status: 400, said: 'invalid reference format', want: 'DOCKER_REFUSED' },
    { name: 'an inner error', status: 500, said: 'something broke', want: 'DOCKER_FAILED' },
    {
      name: 'a full disk',
      status: 500,
      said: 'mkdir /var/lib/docker/overlay2/x: no space left on device',
      want: 'NO_SPACE_LEFT',
    },
    {
      name: 'an image without a shell',
      status: 400,
      said: 'OCI runtime create failed: exec: "/bin/sh": stat /bin/sh: no such file or directory: unknown',
      want: 'IMAGE_CANNOT_RUN',
    },
  ])('tells $name by its own code', ({ status, said, want }) => {
    const error = translateDockerError(failure(status, said), {
      endpoint,
      action: 'start a container',
      image: 'acme/tools:2',
    });
    expect(error).toMatchObject({ code: want, exitCode: 3 });
    expect(`${error.message} ${error.details}`).toContain(want === 'IMAGE_MISSING' ? 'acme/tools:2' : said);
    expect(error.suggestions.length).toBeGreaterThan(0);
  });

  it('keeps an error that is translated already', () => {
    const error = new BugError('ours');
    expect(translateDockerError(error, { endpoint, action: 'x' })).toBe(error);
  });

  it.each([
    { code: 'EACCES', want: 'DOCKER_PERMISSION_DENIED', advice: 'usermod -aG docker' },
    { code: 'ENOENT', want: 'DOCKER_UNREACHABLE', advice: 'start Docker' },
    { code: 'ECONNREFUSED', want: 'DOCKER_UNREACHABLE', advice: '--backend process' },
  ])('names the endpoint and who chose it when the connection fails with $code', ({ code, want, advice }) => {
    const error = translateDockerError(Object.assign(new Error(code), { code }), { endpoint, action: 'x' });
    expect(error.code).toBe(want);
    expect(error.message).toContain('unix:///var/run/docker.sock (chosen by context laptop)');
    expect(error.suggestions.join('\n')).toContain(advice);
  });
});

describe('programMissing', () => {
  it('has a code of its own for Node', () => {
    expect(programMissing('alpine', 'node')).toMatchObject({
      code: 'IMAGE_WITHOUT_NODE',
      message: 'the image alpine has no node on its PATH',
    });
    expect(programMissing('alpine', 'python3')).toMatchObject({ code: 'IMAGE_WITHOUT_PROGRAM' });
  });
});

describe('isInitMissing', () => {
  it('tells an engine without its init from other failures', () => {
    expect(isInitMissing(failure(400, 'exec: "docker-init": executable file not found in $PATH'))).toBe(true);
    expect(isInitMissing(failure(400, 'exec: "/bin/sh": no such file'))).toBe(false);
  });
});
