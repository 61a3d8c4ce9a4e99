import { describe, expect, it } from 'vitest';
import type { ContainerSpec } from '../../../../src/runtime/containers/container-spec.ts';
import { containerLabels, containerName } from '../../../../src/runtime/containers/labels.ts';
import { formatOwner, thisOwner } from '../../../../src/runtime/containers/owner.ts';

const spec = (app: string, functionName: string): ContainerSpec => ({
  app,
  functionName,
  image: 'i',
  command: [],
  env: {},
  cpu: 1,
  memoryMiB: 128,
});

describe('containerLabels', () => {
  it('names app, function, environment and owner', () => {
    expect(containerLabels(spec('thumbnails', 'Model.predict'), thisOwner())).toEqual({
      'dev.dray.app': 'thumbnails',
      'dev.dray.function': 'Model.predict',
      'dev.dray.environment': 'main',
      'dev.dray.owner': formatOwner(thisOwner()),
    });
  });
});

describe('the label of the environment', () => {
  it('is that of the spec', () => {
    const labels = containerLabels({ ...spec('thumbnails', 'resize'), environment: 'staging' }, thisOwner());
    expect(labels['dev.dray.environment']).toBe('staging');
  });
});

describe('containerName', () => {
  it.each([
    { app: 'thumbnails', fn: 'resize', want: 'dray-thumbnails-resize-0a1b' },
    { app: 'my.app_2', fn: 'Model.predict', want: 'dray-my.app_2-Model.predict-0a1b' },
    { app: 'täglich', fn: 'a/b c', want: 'dray-t-glich-a-b-c-0a1b' },
  ])('is readable and takes only what Docker allows: $want', ({ app, fn, want }) => {
    const name = containerName(spec(app, fn), '0a1b');
    expect(name).toBe(want);
    expect(name).toMatch(/^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/);
  });
});
