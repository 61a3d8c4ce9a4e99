import { describe, expect, it } from 'vitest';
import type { FunctionManifest } from '../../../../src/protocol/manifest.ts';
import { functionFingerprint } from '../../../../src/runtime/engine/function-fingerprint.ts';
import { functionManifest } from '../../../helpers/manifests.ts';

const ingredients = { image: 'dray.localhost/image:1', bundle: 'b', secrets: 's@1' };
const of = (given: Partial<FunctionManifest> = {}, more = {}) =>
  functionFingerprint(functionManifest(given), { ...ingredients, ...more });
const image = (at: string, local = '/a') => ({
  base: 'node:24',
  steps: [
    { kind: 'apt-install' as const, packages: ['git'], at },
    { kind: 'add-local' as const, local, remote: '/r', directory: true, copy: false, ignore: [], at },
  ],
});

describe('the fingerprint of a function', () => {
  it.each<[string, Partial<FunctionManifest>]>([
    ['how many containers there are', { minContainers: 2, maxContainers: 9, bufferContainers: 1 }],
    ['how long they stay', { scaledownWindowMs: 1, whenIdle: 'freeze' }],
    [
      'how often a call is tried',
      { retries: { maxRetries: 9, initialDelayMs: 1, maxDelayMs: 1, backoffCoefficient: 1 } },
    ],
  ])('stays with %s', (_what, given) => {
    expect(of(given)).toBe(of());
  });

  it('stays with the place of the declaration, and the order of keys', () => {
    expect(of({ image: image('app.ts:9') })).toBe(of({ image: image('app.ts:1') }));
    expect(of({ env: { B: '1', A: '2' } })).toBe(of({ env: { A: '2', B: '1' } }));
    const { name, ...rest } = functionManifest();
    expect(functionFingerprint({ ...rest, name }, ingredients)).toBe(of());
  });

  it.each<[string, Partial<FunctionManifest>]>([
    ['a variable', { env: { A: '1' } }],
    ['memory', { memoryLimitMiB: 512 }],
    ['calls at a time', { concurrent: { maxInputs: 2, targetInputs: 2 } }],
    ['its deadline', { timeoutMs: 1 }],
    ['a mounted folder', { image: image('app.ts:1', '/b') }],
    ['an option that nobody here knows', { gpu: 'L40S' } as Partial<FunctionManifest>],
  ])('changes with %s', (_what, given) => {
    expect(of(given)).not.toBe(of({ image: image('app.ts:1') }));
    expect(of(given)).not.toBe(of());
  });

  it.each(['image', 'bundle', 'secrets'])('changes with its %s', (ingredient) => {
    expect(of({}, { [ingredient]: 'another' })).not.toBe(of());
  });
});
