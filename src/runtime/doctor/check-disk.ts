/**
 * Check: whether the disk that Docker keeps images and containers on has room.
 *
 * Docker's API does not tell, so it can only be seen where the engine runs on this machine.
 */
import { statfs } from 'node:fs/promises';
import { hostname } from 'node:os';
import type { Finding } from '../../protocol/finding.ts';
import type { DockerUnderTest } from './docker-under-test.ts';
import { ok, problem, warning } from './findings.ts';

const GIB = 2 ** 30;
/** An image with a few packages takes about this much while it is built. */
const FEW_BYTES = 5 * GIB;
/** Less than the smallest image needs. */
const TOO_FEW_BYTES = GIB / 2;

export async function checkDisk(docker: DockerUnderTest): Promise<Finding[]> {
  const reached = await docker.reached();
  if (reached === undefined) return [];
  const { facts, client } = reached;
  const here = client.endpoint.host.startsWith('unix://') && facts.hostname === hostname();
  const space = here ? await statfs(facts.rootFolder).catch(() => undefined) : undefined;
  if (space === undefined) {
    return [ok('disk', 'how much room this Docker has cannot be seen from here: docker system df')];
  }
  return [judgeDisk(facts.rootFolder, space.bavail * space.bsize)];
}

/** Whether `free` bytes on the disk of `folder` will do. */
export function judgeDisk(folder: string, free: number): Finding {
  const said = `${(free / GIB).toFixed(1)} GiB free for images and containers in ${folder}`;
  const advice = 'see what takes it, and free it: docker system df, docker system prune';
  if (free < TOO_FEW_BYTES) return problem('disk', `only ${said}`, advice);
  return free < FEW_BYTES ? warning('disk', `only ${said}`, advice) : ok('disk', said);
}
