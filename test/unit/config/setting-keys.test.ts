import { describe, expect, it } from 'vitest';
import { shownValue } from '../../../src/config/setting-keys.ts';

describe('shownValue', () => {
  it.each([
    { key: 'token_secret', value: 'hunter2', want: '***' },
    {
      key: 'server_url',
      value: 'https://ada:hunter2@dray.test/path@x',
      want: 'https://***@dray.test/path@x',
    },
    { key: 'docker_host', value: 'tcp://hunter2@lab:2376', want: 'tcp://***@lab:2376' },
    { key: 'docker_host', value: 'unix:///run/a@b.sock', want: 'unix:///run/a@b.sock' },
    { key: 'environment', value: 'staging', want: 'staging' },
  ] as const)('shows $key $value as $want', ({ key, value, want }) => {
    expect(shownValue(key, value)).toBe(want);
  });
});
