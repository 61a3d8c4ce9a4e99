/**
 * Starts one Docker engine of the lab's own, beside any other engine on the machine.
 *
 * Every path, address range, bridge, cgroup and containerd namespace is the engine's own, so that two of
 * them run at once and each can be removed without touching the other. It does not fetch programs
 * (engine-source.ts) and does not clean up (engine-remains.ts).
 *
 * Invariants
 * - the machine's /etc/docker is not read
 * - when `startEngine` returns, the engine answers on its socket
 */
import { createHash } from 'node:crypto';
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { execa } from 'execa';
import type { AddressRange } from './address-range.ts';
import { startDaemon } from './daemon.ts';
import { systemPath } from './debian-packages.ts';
import { type EngineVersion, pingEngine } from './engine-ping.ts';
import type { EnginePrograms } from './engine-source.ts';
import type { LabEngine } from './lab-data.ts';
import { isAlive, type ProcessIdentity } from './process-identity.ts';

/** What one engine needs to start. */
export type EngineOptions = {
  name: 'newest' | 'oldest';
  /** Everything the engine writes lies in here. */
  folder: string;
  programs: EnginePrograms;
  range: AddressRange;
  mirrorUrl: string | undefined;
  /** buildx for the engine's DOCKER_CONFIG. */
  buildxPlugin: string | undefined;
  /** Containers run on while the engine restarts. */
  liveRestore?: boolean;
};

const START_TIMEOUT_MS = 60_000;

/** Starts the engine and waits until it answers. */
export async function startEngine(
  options: EngineOptions,
): Promise<{ engine: LabEngine; process: ProcessIdentity }> {
  const { name, folder, programs, range } = options;
  await mkdir(folder, { recursive: true });
  await addBridge(range);
  const dockerHost = hostOf(folder);
  await writeFile(
    path.join(folder, 'daemon.json'),
    JSON.stringify(daemonConfig(options, dockerHost), null, 2),
  );
  const dockerConfigDir = await clientConfig(folder, options.buildxPlugin);
  const { answer, process } = await runEngine(options);
  const dockerCli = path.join(programs.folder, 'usr/bin/docker');
  return { engine: { name, ...answer, dockerHost, dockerConfigDir, dockerCli }, process };
}

/** Starts the daemon of an engine that was set up before, and waits until it answers. */
export async function runEngine({
  folder,
  programs,
  range,
}: EngineOptions): Promise<{ answer: EngineVersion; process: ProcessIdentity }> {
  const configFile = path.join(folder, 'daemon.json');
  const logFile = path.join(folder, 'daemon.log');
  const daemon = startDaemon({
    command: 'dockerd',
    // The plugins' namespace can be given on the command line only.
    args: ['--config-file', configFile, '--containerd-plugins-namespace', `${range.bridge}-plugins`],
    env: programs.env,
    mark: folder,
    logFile,
  });
  return { answer: await waitForEngine(hostOf(folder), daemon, logFile), process: daemon };
}

function hostOf(folder: string): string {
  return `unix://${path.join(folder, 'docker.sock')}`;
}

/** The cgroup below which every container of the engine in this folder runs. */
export function cgroupOf(engineFolder: string): string {
  return `dray-lab-${createHash('sha256').update(engineFolder).digest('hex').slice(0, 12)}`;
}

function daemonConfig(
  { folder, programs, range, mirrorUrl, liveRestore }: EngineOptions,
  dockerHost: string,
) {
  return {
    'data-root': path.join(folder, 'data'),
    'exec-root': path.join(folder, 'exec'),
    pidfile: path.join(folder, 'pid'),
    hosts: [dockerHost],
    group: 'root',
    bridge: range.bridge,
    'default-address-pools': [{ base: range.pool, size: 24 }],
    'registry-mirrors': mirrorUrl === undefined ? [] : [mirrorUrl],
    ...(liveRestore === true && { 'live-restore': true }),
    'init-path': path.join(programs.folder, 'usr/bin/tini-static'),
    'exec-opts': ['native.cgroupdriver=cgroupfs'],
    'cgroup-parent': `/${cgroupOf(folder)}`,
    // A machine's own containerd may be found and shared: keep apart in it.
    'containerd-namespace': range.bridge,
    'shutdown-timeout': 3,
  };
}

async function addBridge(range: AddressRange): Promise<void> {
  const ip = (...args: string[]) => execa('ip', args, { env: { PATH: systemPath() } });
  await ip('link', 'add', range.bridge, 'type', 'bridge');
  await ip('addr', 'add', range.bridgeAddress, 'dev', range.bridge);
  await ip('link', 'set', range.bridge, 'up');
}

async function clientConfig(folder: string, buildxPlugin: string | undefined): Promise<string> {
  const configDir = path.join(folder, 'client');
  await mkdir(path.join(configDir, 'cli-plugins'), { recursive: true });
  await writeFile(path.join(configDir, 'config.json'), '{}\n');
  if (buildxPlugin) await symlink(buildxPlugin, path.join(configDir, 'cli-plugins/docker-buildx'));
  return configDir;
}

async function waitForEngine(
  dockerHost: string,
  daemon: ProcessIdentity,
  logFile: string,
): Promise<EngineVersion> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (isAlive(daemon) && Date.now() < deadline) {
    const answer = await pingEngine(dockerHost);
    if (answer) return answer;
    await delay(100);
  }
  const log = await readFile(logFile, 'utf8').catch(() => '');
  const reason = isAlive(daemon) ? `did not answer within ${START_TIMEOUT_MS} ms` : 'ended while starting';
  throw new Error(`dockerd ${reason}:\n${log.split('\n').slice(-15).join('\n')}`);
}
