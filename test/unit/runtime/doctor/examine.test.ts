import { describe, expect, it } from 'vitest';
import { runChecks } from '../../../../src/runtime/doctor/examine.ts';
import { ok } from '../../../../src/runtime/doctor/findings.ts';
import { EnvironmentError } from '../../../../src/shared/errors.ts';

describe('runChecks', () => {
  it('lists findings in the order of the checks, whichever is done first', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const findings = await runChecks({
      docker: async () => {
        await promise;
        return [ok('docker', 'slow')];
      },
      node: () => {
        resolve();
        return [ok('node', 'fast')];
      },
    });
    expect(findings.map(({ message }) => message)).toEqual(['slow', 'fast']);
  });

  it('goes on when a check throws, at once or later', async () => {
    const findings = await runChecks({
      docker: () => {
        throw new EnvironmentError('DOCKER_FAILED', 'no', { suggestions: ['do this', 'or that'] });
      },
      disk: async () => {
        throw new TypeError('x is undefined');
      },
      node: () => [ok('node', 'fine')],
    });
    expect(findings).toEqual([
      { check: 'docker', level: 'problem', message: 'no', advice: 'do this' },
      expect.objectContaining({
        check: 'disk',
        level: 'problem',
        message: expect.stringContaining('x is undefined'),
      }),
      { check: 'node', level: 'ok', message: 'fine' },
    ]);
  });

  it('gives up on a check that never ends', async () => {
    const findings = await runChecks(
      { docker: () => new Promise(() => {}), node: () => [ok('node', 'fine')] },
      20,
    );
    expect(findings).toEqual([
      expect.objectContaining({ check: 'docker', level: 'problem', message: 'no answer within 0.02 s' }),
      { check: 'node', level: 'ok', message: 'fine' },
    ]);
  });
});
