import { describe, expect, it } from 'vitest';
import type { ContainerSpec } from '../../../../../src/runtime/containers/container-spec.ts';
import { containerConfigFor } from '../../../../../src/runtime/containers/docker/container-config.ts';

const SPEC: ContainerSpec = {
  app: 'thumbnails',
  functionName: 'resize',
  image: 'node:24-bookworm-slim',
  command: ['node', '-e', '0'],
  env: { SIZE: '64' },
  cpu: 0.125,
  memoryMiB: 128,
};
const OPTIONS = { name: 'dray-thumbnails-resize-1', labels: { 'dev.dray.app': 'thumbnails' }, init: true };

const config = (more: Partial<ContainerSpec> = {}) => containerConfigFor({ ...SPEC, ...more }, OPTIONS);

describe('containerConfigFor', () => {
  it('opens the three streams, closes stdin with ours, keeps no log and removes the container at its end', () => {
    expect(config()).toMatchObject({
      OpenStdin: true,
      StdinOnce: true,
      AttachStdin: true,
      AttachStdout: true,
      AttachStderr: true,
      Tty: false,
      HostConfig: { AutoRemove: true, LogConfig: { Type: 'none' } },
    });
  });

  it('gives no privileges, no raw network, no devices, and a bounded number of processes', () => {
    const { HostConfig } = config();
    expect(HostConfig).toMatchObject({
      SecurityOpt: ['no-new-privileges'],
      CapDrop: ['NET_RAW', 'MKNOD', 'AUDIT_WRITE'],
      PidsLimit: 4096,
      Init: true,
    });
    expect(HostConfig).not.toHaveProperty('Privileged');
    expect(HostConfig).not.toHaveProperty('CapAdd');
  });

  it('mounts nothing', () => {
    const { HostConfig, Volumes } = config();
    expect([HostConfig?.Binds, HostConfig?.Mounts, Volumes]).toEqual([undefined, undefined, undefined]);
  });

  it('passes name, image, labels, variables and command as they are', () => {
    expect(config()).toMatchObject({
      name: 'dray-thumbnails-resize-1',
      Image: 'node:24-bookworm-slim',
      Labels: { 'dev.dray.app': 'thumbnails' },
      Env: ['SIZE=64', 'DRAY_STDOUT_FD=5'],
      Cmd: ['node', '-e', '0'],
    });
  });

  it.each([
    { cpu: 1, want: 1024 },
    { cpu: 0.125, want: 128 },
    { cpu: 16, want: 16_384 },
    { cpu: 0.0001, want: 2 },
  ])('makes a weight of $want from $cpu cores asked for', ({ cpu, want }) => {
    const { HostConfig } = config({ cpu });
    expect(HostConfig?.CpuShares).toBe(want);
    expect(HostConfig?.CpuQuota).toBeUndefined();
  });

  it.each([
    { cpuLimit: 0.5, want: 50_000 },
    { cpuLimit: 64, want: 6_400_000 },
    { cpuLimit: 0.000_1, want: 1_000 },
  ])('caps $cpuLimit cores at a quota of $want µs of every 100 ms', ({ cpuLimit, want }) => {
    expect(config({ cpuLimit }).HostConfig).toMatchObject({ CpuPeriod: 100_000, CpuQuota: want });
  });

  it('asks for no memory limit of any kind, so that a request neither kills nor shrinks what Node thinks it has', () => {
    const { HostConfig } = config({ memoryMiB: 512 });
    expect([HostConfig?.Memory, HostConfig?.MemorySwap, HostConfig?.MemoryReservation]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('limits memory without letting it swap', () => {
    expect(config({ memoryMiB: 512, memoryLimitMiB: 256 }).HostConfig).toMatchObject({
      Memory: 256 * 1_048_576,
      MemorySwap: 256 * 1_048_576,
    });
  });

  it('leaves the init out where the engine has none', () => {
    expect(containerConfigFor(SPEC, { ...OPTIONS, init: false }).HostConfig?.Init).toBe(false);
  });
});
