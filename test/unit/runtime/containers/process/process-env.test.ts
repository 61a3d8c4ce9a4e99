import { describe, expect, it } from 'vitest';
import { processEnv } from '../../../../../src/runtime/containers/process/process-env.ts';

describe('processEnv', () => {
  it.each([
    ...['PATH', 'HOME', 'TMPDIR', 'LANG', 'LC_ALL', 'LC_TIME', 'TZ'],
    ...['HTTPS_PROXY', 'https_proxy', 'no_proxy'],
    ...['NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE', 'REQUESTS_CA_BUNDLE'],
    ...['SystemRoot', 'Path'],
  ])('inherits %s', (name) => {
    expect(processEnv({ [name]: 'value' }, {})).toEqual({ [name]: 'value' });
  });

  it.each([
    'AWS_SECRET_ACCESS_KEY',
    'GITHUB_TOKEN',
    'NODE_OPTIONS',
    'DOCKER_HOST',
    'DRAY_STDOUT_FD',
    'npm_config_x',
  ])('does not inherit %s', (name) => {
    expect(processEnv({ [name]: 'value' }, {})).toEqual({});
  });

  it('lets the spec win, and takes from it whatever it sets', () => {
    expect(processEnv({ PATH: '/bin', HOME: '/root' }, { HOME: '/home', GITHUB_TOKEN: 'given' })).toEqual({
      PATH: '/bin',
      HOME: '/home',
      GITHUB_TOKEN: 'given',
    });
  });
});
