import { describe, expect, it } from 'vitest';
import { connectionError } from '../../../../src/runtime/containers/docker/docker-errors.ts';
import type { DockerFacts } from '../../../../src/runtime/containers/docker/docker-facts.ts';
import { judgeDocker, judgeUnreachable } from '../../../../src/runtime/doctor/check-docker.ts';

const HERE = { host: 'unix:///var/run/docker.sock', source: 'default socket' } as const;
const CHOSEN = { host: 'tcp://lab:2375', source: 'docker_host of profile lab' } as const;

const FACTS: DockerFacts = {
  version: '28.5.2',
  os: 'linux',
  arch: 'x86_64',
  driver: 'overlay2',
  hostname: 'lab',
  rootFolder: '/var/lib/docker',
  limits: { memory: true, cpu: true },
  clock: { aheadMs: 0, uncertaintyMs: 1 },
};

const levels = (findings: readonly { level: string }[]) => findings.map(({ level }) => level);
const refused = (endpoint: typeof HERE | typeof CHOSEN, code: string) =>
  connectionError(endpoint, Object.assign(new Error(code), { code }));

describe('judgeDocker', () => {
  it('says which it is, where, who chose it, its version, API and kind', () => {
    expect(judgeDocker(CHOSEN, FACTS, '1.51')).toEqual([
      {
        check: 'docker',
        level: 'ok',
        message:
          'Docker 28.5.2 at tcp://lab:2375 (chosen by docker_host of profile lab), API 1.51, linux/x86_64',
      },
      { check: 'docker', level: 'ok', message: 'storage driver overlay2' },
    ]);
  });

  it.each([
    {
      name: 'has a problem with Windows containers',
      facts: { os: 'windows' },
      want: ['ok', 'problem', 'ok'],
    },
    { name: 'warns of a driver that copies', facts: { driver: 'vfs' }, want: ['ok', 'warning'] },
    {
      name: 'warns where limits cannot be held',
      facts: { limits: { memory: false, cpu: true } },
      want: ['ok', 'ok', 'warning'],
    },
  ])('$name', ({ facts, want }) => {
    const findings = judgeDocker(HERE, { ...FACTS, ...facts }, '1.51');
    expect(levels(findings)).toEqual(want);
    for (const { level, advice } of findings) expect(advice === undefined).toBe(level === 'ok');
  });

  it('names the options that have no effect', () => {
    const limits = { memory: false, cpu: false };
    expect(judgeDocker(HERE, { ...FACTS, limits }, '1.51').at(-1)?.message).toContain(
      'memoryLimitMiB and cpuLimit',
    );
  });
});

describe('judgeUnreachable', () => {
  it.each([
    {
      name: 'is a warning where nobody chose it: dray goes without',
      endpoint: HERE,
      code: 'ENOENT',
      backend: undefined,
      want: 'warning',
    },
    {
      name: 'is a problem where the backend is docker',
      endpoint: HERE,
      code: 'ENOENT',
      backend: 'docker',
      want: 'problem',
    },
    {
      name: 'is a problem where somebody chose it',
      endpoint: CHOSEN,
      code: 'ECONNREFUSED',
      backend: undefined,
      want: 'problem',
    },
    {
      name: 'is a problem where it is there and refuses',
      endpoint: HERE,
      code: 'EACCES',
      backend: undefined,
      want: 'problem',
    },
    {
      name: 'is fine where the backend is process',
      endpoint: CHOSEN,
      code: 'ECONNREFUSED',
      backend: 'process',
      want: 'ok',
    },
  ])('$name', ({ endpoint, code, backend, want }) => {
    const finding = judgeUnreachable(endpoint, refused(endpoint, code), backend);
    expect(finding.level).toBe(want);
    expect(finding.message).toContain(endpoint.source);
    expect(finding.advice === undefined).toBe(want === 'ok');
  });
});
