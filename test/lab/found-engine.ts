/**
 * Finds the Docker engine that the machine already has.
 *
 * Looks where a user's own client would: DOCKER_HOST, the current docker context, the usual socket.
 * It starts nothing and changes nothing.
 *
 * Invariants
 * - the engine answered just now
 * - a DOCKER_HOST that does not answer is no reason to look further: the user named it
 */
import { homedir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { pingEngine } from './engine-ping.ts';
import type { LabEngine } from './lab-data.ts';

const USUAL_SOCKET = 'unix:///var/run/docker.sock';

/** The engine that answers, or undefined. */
export async function findEngine(): Promise<LabEngine | undefined> {
  const named = process.env.DOCKER_HOST;
  const candidates = named ? [named] : [await contextHost(), USUAL_SOCKET];
  for (const dockerHost of new Set(candidates.filter((host) => host !== undefined))) {
    const answer = await pingEngine(dockerHost);
    if (!answer) continue;
    const dockerConfigDir = process.env.DOCKER_CONFIG || path.join(homedir(), '.docker');
    return { name: 'found', ...answer, dockerHost, dockerConfigDir, dockerCli: 'docker' };
  }
  return undefined;
}

async function contextHost(): Promise<string | undefined> {
  const format = '{{(index .Endpoints "docker").Host}}';
  const { failed, stdout } = await execa('docker', ['context', 'inspect', '--format', format], {
    reject: false,
  });
  return failed || !stdout ? undefined : stdout.trim();
}
