import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { loadDockerode } from '../../../../../src/runtime/containers/docker/slim-dockerode.ts';

/** Runs a script beside the source and returns what it prints as JSON. */
function inFreshProcess(script: string): unknown {
  const url = new URL('../../../../../src/runtime/containers/docker/slim-dockerode.ts', import.meta.url).href;
  const code = `import { loadDockerode } from ${JSON.stringify(url)};
import { createRequire } from 'node:module';
const require = createRequire(${JSON.stringify(import.meta.url)});
${script}`;
  return JSON.parse(
    execFileSync(process.execPath, ['--input-type=module', '-e', code], { encoding: 'utf8' }),
  );
}

describe('loadDockerode', () => {
  it('gives the class that talks to an engine', () => {
    const Docker = loadDockerode();
    expect(new Docker({ socketPath: '/nowhere.sock' }).getContainer('abc').id).toBe('abc');
  });

  it('loads neither gRPC nor an SSH client', () => {
    const loaded = inFreshProcess(
      'loadDockerode(); console.log(JSON.stringify(Object.keys(require.cache)));',
    ) as string[];
    expect(loaded.some((path) => path.includes('/dockerode/'))).toBe(true);
    expect(loaded.filter((path) => /\/(@grpc|ssh2|protobufjs)\//.test(path))).toEqual([]);
  });

  it('leaves the real packages to everybody else', () => {
    const kinds = inFreshProcess(`loadDockerode();
const { Client } = require('ssh2');
console.log(JSON.stringify([typeof new Client().connect]));`);
    expect(kinds).toEqual(['function']);
  });

  it('says which part is missing when it is used', () => {
    const message = inFreshProcess(`const Docker = loadDockerode();
const docker = new Docker({ socketPath: '/nowhere.sock' });
try { new Docker({ protocol: 'ssh', host: 'h', username: 'u' }).modem.dial({ path: '/', method: 'GET' }, () => {}); console.log('"nothing"'); }
catch (error) { console.log(JSON.stringify(error.message)); }`);
    expect(message).toContain('ssh2');
  });
});
