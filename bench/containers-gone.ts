/**
 * Waits until the engine has taken down what one measurement left, so that it cannot slow the next.
 *
 * Docker removes a container's network and file system after the client is told that it ended.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type Docker from 'dockerode';

/** Resolves when no container carries the label. Throws after 30 s. */
export async function containersGone(docker: Docker, label: string): Promise<void> {
  const deadline = performance.now() + 30_000;
  const options = { all: true, filters: { label: [label] } };
  while ((await docker.listContainers(options)).length > 0) {
    if (performance.now() > deadline) throw new Error(`containers with the label ${label} do not go away`);
    await delay(20);
  }
}
