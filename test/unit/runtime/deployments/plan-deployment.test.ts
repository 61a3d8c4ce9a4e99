import { describe, expect, it } from 'vitest';
import type { FunctionManifest } from '../../../../src/protocol/manifest.ts';
import {
  functionChanges,
  imagesToBuild,
  isChange,
} from '../../../../src/runtime/deployments/plan-deployment.ts';
import { appManifest } from '../../../helpers/manifests.ts';

const part = { image: 'i', bundle: 'b', fingerprint: 'f' };
const version = (
  functions: Partial<FunctionManifest>[],
  parts: Record<string, Partial<typeof part>> = {},
) => ({
  manifest: appManifest(...functions),
  part: (name: string) => ({ ...part, ...parts[name] }),
});

describe('what changes from one version to the next', () => {
  it('is everything where there was none', () => {
    expect(functionChanges(undefined, version([{ name: 'a' }]))).toEqual([
      { name: 'a', change: 'added', fields: [], replaced: false },
    ]);
  });

  it('is nothing where only places in the source and the order of keys differ', () => {
    const step = (at: string) => ({ kind: 'apt-install' as const, packages: ['git'], at });
    const file = (at: string) => ({ local: 'tree:1/a', at });
    const before = version([
      { image: { base: '', dockerfile: file('a:1'), steps: [step('a:1')] }, env: { A: '1', B: '2' } },
    ]);
    const after = version([
      { image: { base: '', dockerfile: file('a:9'), steps: [step('a:9')] }, env: { B: '2', A: '1' } },
    ]);
    const changes = functionChanges(before, after);
    expect([changes, isChange(changes)]).toEqual([
      [{ name: 'f', change: 'unchanged', fields: [], replaced: false }],
      false,
    ]);
  });

  it('is named by option, and says whose containers are replaced', () => {
    const before = version([{ name: 'a' }, { name: 'b' }, { name: 'c' }, { name: 'gone' }]);
    const after = version(
      [{ name: 'a', cpu: 2, maxContainers: 3 }, { name: 'b' }, { name: 'c' }, { name: 'new' }],
      {
        a: { fingerprint: 'f2' },
        b: { bundle: 'b2', image: 'i2', fingerprint: 'f2' },
        c: { fingerprint: 'f2' },
      },
    );
    expect(functionChanges(before, after)).toEqual([
      { name: 'a', change: 'changed', fields: ['cpu', 'maxContainers'], replaced: true },
      { name: 'b', change: 'changed', fields: ['image', 'code'], replaced: true },
      // Nothing of it can be seen to differ: a secret of it does.
      { name: 'c', change: 'changed', fields: ['secrets'], replaced: true },
      { name: 'new', change: 'added', fields: [], replaced: false },
      { name: 'gone', change: 'removed', fields: [], replaced: false },
    ]);
  });

  it('names each missing image once, with the functions that need it', () => {
    const planned = new Map(
      Object.entries({ a: true, b: true, c: false }).map(([name, isMissing]) => [
        name,
        { ...part, image: isMissing ? 'new' : 'old', isMissing },
      ]),
    );
    expect(imagesToBuild(planned)).toEqual([{ image: 'new', functions: ['a', 'b'] }]);
  });
});
