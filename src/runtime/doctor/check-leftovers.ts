/**
 * Check: what runs that were killed left behind. It is ended here, as the next `dray run` would.
 */

import type { Finding } from '../../protocol/finding.ts';
import { reapRecords } from '../containers/process/process-records.ts';
import type { DockerUnderTest } from './docker-under-test.ts';
import { ok } from './findings.ts';

export async function checkLeftovers(docker: DockerUnderTest): Promise<Finding[]> {
  const [processes, containers] = await Promise.all([reapRecords(), reapContainers(docker)]);
  return [judgeLeftovers(containers, processes)];
}

/** What was removed; `containers` is undefined where no Docker answers. */
export function judgeLeftovers(containers: number | undefined, processes: number): Finding {
  const kinds = [
    ...(containers ? [counted(containers, 'container')] : []),
    ...(processes > 0 ? [counted(processes, 'child process', 'child processes')] : []),
  ];
  if (kinds.length > 0) return ok('leftovers', `removed ${kinds.join(' and ')} of runs that were killed`);
  return ok('leftovers', 'nothing is left of runs that were killed');
}

async function reapContainers(docker: DockerUnderTest): Promise<number | undefined> {
  const reached = await docker.reached();
  if (reached === undefined) return undefined;
  const { DockerBackend } = await import('../containers/docker/docker-backend.ts');
  // Not closed: the connection is that of all checks.
  return new DockerBackend(reached.client).reapLeftovers();
}

function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
