import { describe, expect, it } from 'vitest';
import type { ConfigFile } from '../../../src/config/config-file.ts';
import { resolveSettings } from '../../../src/config/settings.ts';

function file(profiles: Record<string, Record<string, unknown>>, active?: string): ConfigFile {
  return {
    path: '/home/ada/.dray.toml',
    exists: true,
    profiles: new Map(Object.entries(profiles)),
    active,
    findings: [],
  };
}

const STAGING = file({
  default: { environment: 'staging' },
  work: { environment: 'lab', backend: 'process' },
});

describe('resolveSettings', () => {
  it.each([
    {
      name: 'a flag stands above all',
      flags: { env: 'flag' },
      env: { DRAY_ENVIRONMENT: 'variable' },
      want: ['flag', '--env'],
    },
    {
      name: 'a variable stands above the profile',
      env: { DRAY_ENVIRONMENT: 'variable' },
      want: ['variable', 'DRAY_ENVIRONMENT'],
    },
    {
      name: 'an empty variable counts as unset',
      env: { DRAY_ENVIRONMENT: '' },
      want: ['staging', 'profile default'],
    },
    { name: 'the profile stands above the default', want: ['staging', 'profile default'] },
    { name: 'the default is main', config: file({}), want: ['main', 'default'] },
    {
      name: '--profile chooses the profile',
      flags: { profile: 'work' },
      env: { DRAY_PROFILE: 'default' },
      want: ['lab', 'profile work'],
    },
    {
      name: 'DRAY_PROFILE chooses it above the active one',
      env: { DRAY_PROFILE: 'work' },
      want: ['lab', 'profile work'],
    },
    {
      name: 'the active profile stands above default',
      config: file({ default: {}, work: { environment: 'lab' } }, 'work'),
      want: ['lab', 'profile work'],
    },
    {
      name: 'a variable stands above a profile chosen by flag',
      flags: { profile: 'work' },
      env: { DRAY_ENVIRONMENT: 'variable' },
      want: ['variable', 'DRAY_ENVIRONMENT'],
    },
  ])('the environment: $name', ({ flags = {}, env = {}, config = STAGING, want }) => {
    const { environment } = resolveSettings(flags, env, config);
    expect([environment.value, environment.source]).toEqual(want);
  });

  it('says nothing of a setting that nobody gave', () => {
    expect(resolveSettings({}, {}, STAGING).of('backend')).toBeUndefined();
  });

  it('takes the backend of the profile', () => {
    expect(resolveSettings({ profile: 'work' }, {}, STAGING).of('backend')).toEqual({
      value: 'process',
      source: 'profile work',
    });
  });

  it('names what chose a profile that is not there, and the one that was meant', () => {
    expect(() => resolveSettings({}, { DRAY_PROFILE: 'wrok' }, STAGING)).toThrow(
      expect.objectContaining({
        code: 'PROFILE_UNKNOWN',
        exitCode: 2,
        message: expect.stringContaining('DRAY_PROFILE'),
        suggestions: expect.arrayContaining(['did you mean work?']),
      }),
    );
  });

  it('needs no profile called default', () => {
    expect(resolveSettings({ profile: 'default' }, {}, file({})).profile.value).toBe('default');
  });

  it.each([
    { key: 'environment', value: 'a b', message: 'environment must be 1 to 64 letters' },
    { key: 'backend', value: 'podman', message: 'backend must be docker or process, not "podman"' },
    { key: 'backend', value: true, message: 'backend must be text in quotes, not true' },
    { key: 'docker_host', value: 'host', message: 'docker_host must be an address' },
    { key: 'server_url', value: 'ftp://host', message: 'server_url must be an http or https address' },
    { key: 'token_id', value: ' ', message: 'token_id must be more than blanks' },
  ])('refuses $key = $value', ({ key, value, message }) => {
    expect(() => resolveSettings({}, {}, file({ default: { [key]: value } }))).toThrow(
      expect.objectContaining({ code: 'CONFIG_VALUE', message: expect.stringContaining(message) }),
    );
  });

  it('checks only the profile in use', () => {
    expect(resolveSettings({}, {}, file({ work: { backend: 'podman' } })).profile.value).toBe('default');
  });

  it('never says what a secret is, when its value is wrong', () => {
    const wrong = file({ default: { token_secret: ['hunter2'] } });
    expect(() => resolveSettings({}, {}, wrong)).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('hunter2') }),
    );
  });
});
