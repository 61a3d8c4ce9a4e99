/**
 * The body of Docker's "create a container" for a spec.
 *
 * Pure: all that is decided about how a container is confined is decided here. It mounts what it is told
 * to, and nothing by itself, the engine's socket least of all.
 *
 * Invariants
 * - a request (cpu, memoryMiB) is only ever a weight; what can slow or kill comes from a limit
 */
import type { ContainerCreateOptions, MountSettings } from 'dockerode';
import type { ContainerSpec, VolumeMount } from '../container-spec.ts';
import { containerEntry, STDOUT_FD, STDOUT_FD_VARIABLE } from './container-entry.ts';

/** Docker's weight of one core; its minimum is 2. */
const SHARES_PER_CORE = 1_024;
const MIN_SHARES = 2;
/** Docker's own default period, in µs, over which a CPU quota is counted. */
const CPU_PERIOD_US = 100_000;
/** The kernel's smallest quota, in µs. */
const MIN_QUOTA_US = 1_000;
const MIB = 1_048_576;

/** Room for a browser or a parallel build (some hundred threads); a fork bomb ends before the host's 32 768 pids do. */
const PIDS_LIMIT = 4_096;

/**
 * Capabilities of Docker's default set that functions never need; the rest is Podman's default set, with which apt and
 * pip install, sshd-like programs drop their rights, and servers listen on ports below 1024.
 */
const DROPPED_CAPABILITIES = [
  // Forges packets of its neighbours on the bridge. ping works without, by ping_group_range.
  'NET_RAW',
  // Makes device nodes.
  'MKNOD',
  // Writes to the host's audit log.
  'AUDIT_WRITE',
];

export interface ContainerConfigOptions {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Run the engine's init as PID 1: it reaps orphans and gives signals their default meaning. */
  readonly init: boolean;
  /** Paths of the engine's machine to be bound. */
  readonly mounts?: MountSettings[];
}

/** What Docker is asked to create. */
export function containerConfigFor(
  spec: ContainerSpec,
  options: ContainerConfigOptions,
): ContainerCreateOptions {
  const { entrypoint, command } = containerEntry(spec.command);
  const mounts = [...(options.mounts ?? []), ...(spec.volumes ?? []).map(volumeMount)];
  const env = { ...spec.env, [STDOUT_FD_VARIABLE]: String(STDOUT_FD) };
  return {
    name: options.name,
    Image: spec.image,
    Labels: { ...options.labels },
    Entrypoint: entrypoint,
    Cmd: command,
    Env: Object.entries(env).map(([key, value]) => `${key}=${value}`),
    OpenStdin: true,
    // The program's channel ends when ours does: a container of a killed process ends by itself. Unless it is to be
    // taken back by the next one.
    StdinOnce: spec.survival === undefined,
    AttachStdin: true,
    AttachStdout: true,
    AttachStderr: true,
    Tty: false,
    // An image's own health check would start a process every few seconds for nobody.
    Healthcheck: { Test: ['NONE'] },
    HostConfig: {
      AutoRemove: true,
      Init: options.init,
      // The channel must not pile up in a file on the host; dray keeps the logs.
      LogConfig: { Type: 'none', Config: {} },
      SecurityOpt: ['no-new-privileges'],
      CapDrop: DROPPED_CAPABILITIES,
      PidsLimit: PIDS_LIMIT,
      ...(mounts.length > 0 && { Mounts: mounts }),
      ...cpuConfig(spec),
      ...memoryConfig(spec),
    },
  };
}

function volumeMount({ volume, target }: VolumeMount): MountSettings {
  return { Type: 'volume', Source: volume, Target: target, ReadOnly: true };
}

function cpuConfig({ cpu, cpuLimit }: ContainerSpec): ContainerCreateOptions['HostConfig'] {
  const weight = { CpuShares: Math.max(MIN_SHARES, Math.round(cpu * SHARES_PER_CORE)) };
  if (cpuLimit === undefined) return weight;
  // Not NanoCpus: the engine refuses more of those than the host has cores, and a generous limit is no mistake.
  const quota = Math.max(MIN_QUOTA_US, Math.round(cpuLimit * CPU_PERIOD_US));
  return { ...weight, CpuPeriod: CPU_PERIOD_US, CpuQuota: quota };
}

/**
 * A request sets nothing here, it only decides admission: a soft limit would be read by Node as the memory that it has
 * (libuv takes the smaller of cgroup v1's two limits), and a heap of twice 128 MiB would kill what asked for 128.
 */
function memoryConfig({ memoryLimitMiB }: ContainerSpec): ContainerCreateOptions['HostConfig'] {
  if (memoryLimitMiB === undefined) return {};
  const limit = Math.round(memoryLimitMiB * MIB);
  // Equal values: no swap, so that a container over its limit dies instead of dragging the host along.
  return { Memory: limit, MemorySwap: limit };
}
