import { describe, expect, it } from 'vitest';
import { resolveSettings } from '../../../src/config/settings.ts';
import { whereToRun } from '../../../src/config/where-to-run.ts';

const file = {
  path: '.dray.toml',
  exists: true,
  profiles: new Map([['lab', { backend: 'process', docker_host: 'tcp://lab:2376' }]]),
  active: undefined,
  findings: [],
};

describe('whereToRun', () => {
  it('leaves everything open where nobody says anything', () => {
    expect(whereToRun(resolveSettings({}, {}, file), {})).toEqual({
      backend: undefined,
      dockerHost: undefined,
    });
  });

  it('takes both from the profile, and says so of the Docker', () => {
    expect(whereToRun(resolveSettings({ profile: 'lab' }, {}, file), {})).toEqual({
      backend: 'process',
      dockerHost: { host: 'tcp://lab:2376', source: 'docker_host of profile lab' },
    });
  });

  it('sets the flag above the profile and the variable', () => {
    const settings = resolveSettings({ profile: 'lab' }, { DRAY_BACKEND: 'process' }, file);
    expect(whereToRun(settings, { backend: 'docker' }).backend).toBe('docker');
  });

  it('names the variable that chose the Docker', () => {
    const settings = resolveSettings(
      { profile: 'lab' },
      { DRAY_DOCKER_HOST: 'unix:///run/other.sock' },
      file,
    );
    expect(whereToRun(settings, {}).dockerHost).toEqual({
      host: 'unix:///run/other.sock',
      source: 'DRAY_DOCKER_HOST',
    });
  });
});
