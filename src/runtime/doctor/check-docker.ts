/**
 * Check: which Docker it is, why that one, whether it answers, and whether it can do what dray asks of it.
 */

import type { Finding } from '../../protocol/finding.ts';
import { ToolError } from '../../shared/errors.ts';
import type { DockerEndpoint } from '../containers/docker/docker-endpoint.ts';
import type { DockerFacts } from '../containers/docker/docker-facts.ts';
import type { DockerUnderTest } from './docker-under-test.ts';
import { failed, ok, problem, warning } from './findings.ts';

/** `backend` is what the settings say: whoever chose child processes needs no Docker. */
export async function checkDocker(docker: DockerUnderTest, backend: string | undefined): Promise<Finding[]> {
  const endpoint = await docker.endpoint();
  try {
    const { client, facts } = await docker.reach();
    return judgeDocker(endpoint, facts, client.apiVersion);
  } catch (error) {
    return [judgeUnreachable(endpoint, error, backend)];
  }
}

/** What an engine that answered is worth. */
export function judgeDocker(endpoint: DockerEndpoint, facts: DockerFacts, apiVersion: string): Finding[] {
  const { version, os, arch, driver, limits } = facts;
  const findings = [
    ok(
      'docker',
      `Docker ${version} at ${endpoint.host} (chosen by ${endpoint.source}), API ${apiVersion}, ${os}/${arch}`,
    ),
  ];
  if (os !== 'linux') {
    findings.push(problem('docker', `this Docker runs ${os} containers`, 'switch it to Linux containers'));
  }
  findings.push(
    driver === 'vfs'
      ? warning(
          'docker',
          'storage driver vfs copies each image whole: slow, and large on disk',
          'use overlay2: see docs.docker.com/engine/storage/drivers',
        )
      : ok('docker', `storage driver ${driver}`),
  );
  const missing = [...(limits.memory ? [] : ['memoryLimitMiB']), ...(limits.cpu ? [] : ['cpuLimit'])];
  if (missing.length > 0) {
    findings.push(
      warning(
        'docker',
        `this Docker cannot hold ${missing.join(' and ')}`,
        'enable the cgroup controllers memory and cpu on its machine',
      ),
    );
  }
  return findings;
}

/** What an engine that does not answer means. */
export function judgeUnreachable(
  endpoint: DockerEndpoint,
  error: unknown,
  backend: string | undefined,
): Finding {
  if (!(error instanceof ToolError)) return failed('docker', error);
  if (backend === 'process') return ok('docker', `${error.message}; not needed: backend is process`);
  // As `dray run` decides: nobody chose this Docker, so it goes without.
  if (backend === undefined && endpoint.source === 'default socket' && error.code === 'DOCKER_UNREACHABLE') {
    return warning(
      'docker',
      `${error.message}: functions run in child processes, without images, limits and isolation`,
      'start Docker, or say where it is: DOCKER_HOST=unix:///path/to/docker.sock',
    );
  }
  return failed('docker', error);
}
