import { describe, expect, it } from 'vitest';
import { configFile, dataFolder } from '../../../src/config/paths.ts';

const HOME = '/home/ada';

describe('dataFolder', () => {
  it.each([
    { name: 'is under ~/.local/share by default', env: {}, want: '/home/ada/.local/share/dray' },
    { name: 'follows XDG_DATA_HOME', env: { XDG_DATA_HOME: '/data' }, want: '/data/dray' },
    {
      name: 'ignores a relative XDG_DATA_HOME',
      env: { XDG_DATA_HOME: 'data' },
      want: '/home/ada/.local/share/dray',
    },
    {
      name: 'is DRAY_DATA_DIR itself where that is set',
      env: { DRAY_DATA_DIR: '/srv/dray', XDG_DATA_HOME: '/data' },
      want: '/srv/dray',
    },
  ])('$name', ({ env, want }) => {
    expect(dataFolder(env, HOME)).toBe(want);
  });
});

describe('configFile', () => {
  it('is ~/.dray.toml by default, and DRAY_CONFIG_PATH where that is set', () => {
    expect(configFile({}, HOME)).toBe('/home/ada/.dray.toml');
    expect(configFile({ DRAY_CONFIG_PATH: '/etc/dray.toml' }, HOME)).toBe('/etc/dray.toml');
  });
});
