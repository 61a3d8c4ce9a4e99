/**
 * Ends the processes of containers whose engine is gone, and removes their cgroups.
 *
 * An engine that was killed leaves its containers running; all of them live below the engine's own cgroup,
 * which is how they are found, under cgroup v1 and v2 alike. It knows no container by name.
 *
 * Invariants
 * - only processes below the given cgroup are ended
 */
import { readdir, readFile, rmdir } from 'node:fs/promises';
import path from 'node:path';
import { endAll } from './daemon.ts';
import { identify } from './process-identity.ts';

const CGROUPS = '/sys/fs/cgroup';

/** Ends everything below the cgroup `name` and removes it. */
export async function removeContainerRemains(name: string): Promise<void> {
  const groups = await groupsBelow(name);
  const pids = await Promise.all(
    groups.map((group) => readFile(path.join(group, 'cgroup.procs'), 'utf8').catch(() => '')),
  );
  const processes = pids
    .flatMap((list) => list.split('\n').filter(Boolean))
    .map((pid) => identify(Number(pid)));
  await endAll(
    processes.filter((found) => found !== undefined),
    0,
  );
  for (const group of groups) await rmdir(group).catch(() => {});
}

/** Deepest first. Version 2 has one tree, version 1 one per controller. */
async function groupsBelow(name: string): Promise<string[]> {
  const roots = [CGROUPS, ...(await foldersIn(CGROUPS))].map((root) => path.join(root, name));
  const groups: string[] = [];
  for (const root of roots) await collect(root, groups);
  return groups;
}

async function collect(group: string, groups: string[]): Promise<void> {
  const names = await readdir(group).catch(() => undefined);
  if (!names) return;
  for (const child of await foldersIn(group)) await collect(child, groups);
  groups.push(group);
}

async function foldersIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isDirectory()).map((entry) => path.join(folder, entry.name));
}
