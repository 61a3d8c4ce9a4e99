import { describe, expect, it } from 'vitest';
import { judgeBuilder } from '../../../../src/runtime/doctor/check-builder.ts';
import { judgeClock } from '../../../../src/runtime/doctor/check-clock.ts';
import { judgeDisk } from '../../../../src/runtime/doctor/check-disk.ts';
import { judgeLeftovers } from '../../../../src/runtime/doctor/check-leftovers.ts';
import { checkNode } from '../../../../src/runtime/doctor/check-node.ts';

const GIB = 2 ** 30;
const SECOND = 1_000;

describe('judgeDisk', () => {
  it.each([
    { free: 100 * GIB, level: 'ok', says: '100.0 GiB free' },
    { free: 5 * GIB, level: 'ok', says: '5.0 GiB free' },
    { free: 4.9 * GIB, level: 'warning', says: 'only 4.9 GiB free' },
    { free: 0.4 * GIB, level: 'problem', says: 'only 0.4 GiB free' },
    { free: 0, level: 'problem', says: 'only 0.0 GiB free' },
  ])('is $level for $says', ({ free, level, says }) => {
    const finding = judgeDisk('/var/lib/docker', free);
    expect(finding.level).toBe(level);
    expect(finding.message).toBe(`${says} for images and containers in /var/lib/docker`);
  });
});

describe('judgeClock', () => {
  it.each([
    { name: 'agrees within some seconds', aheadMs: 4.9 * SECOND, level: 'ok' },
    { name: 'warns of one that is ahead', aheadMs: 60 * SECOND, level: 'warning', says: '60 s ahead of' },
    { name: 'warns of one that is behind', aheadMs: -60 * SECOND, level: 'warning', says: '60 s behind' },
    {
      name: 'has a problem with one that is far off',
      aheadMs: -3_600 * SECOND,
      level: 'problem',
      says: '3600 s behind',
    },
  ])('$name', ({ aheadMs, level, says = 'agrees' }) => {
    const finding = judgeClock({ aheadMs, uncertaintyMs: 0 });
    expect(finding.level).toBe(level);
    expect(finding.message).toContain(says);
  });

  it('does not take a slow answer for a wrong clock', () => {
    expect(judgeClock({ aheadMs: 6 * SECOND, uncertaintyMs: 4 * SECOND }).level).toBe('ok');
  });
});

describe('judgeBuilder', () => {
  it.each([
    { version: '0.29.1', level: 'ok', says: 'docker buildx 0.29.1' },
    { version: '1.0.0', level: 'ok', says: 'docker buildx 1.0.0' },
    { version: '0.12.9', level: 'warning', says: "the engine's own BuildKit" },
    { version: undefined, level: 'ok', says: "the engine's own BuildKit" },
  ])('is $level for buildx $version', ({ version, level, says }) => {
    const finding = judgeBuilder(version);
    expect(finding.level).toBe(level);
    expect(finding.message).toContain(says);
  });
});

describe('checkNode', () => {
  it.each([
    { version: '24.21.0', level: 'ok' },
    { version: '25.1.0', level: 'warning' },
  ])('is $level for Node $version', ({ version, level }) => {
    expect(checkNode(version, '/bin/node')).toEqual([
      expect.objectContaining({ level, message: expect.stringContaining(`Node ${version} (/bin/node)`) }),
    ]);
  });
});

describe('judgeLeftovers', () => {
  it.each([
    { containers: 0, processes: 0, says: 'nothing is left' },
    { containers: undefined, processes: 0, says: 'nothing is left' },
    { containers: 1, processes: 0, says: 'removed 1 container of runs' },
    { containers: undefined, processes: 1, says: 'removed 1 child process of runs' },
    { containers: 2, processes: 3, says: 'removed 2 containers and 3 child processes of runs' },
  ])('says "$says"', ({ containers, processes, says }) => {
    expect(judgeLeftovers(containers, processes).message).toContain(says);
  });
});
