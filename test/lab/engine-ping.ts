/**
 * Asks a Docker engine who it is.
 *
 * One HTTP question over the engine's socket, without a Docker client, so that waiting for a start and
 * looking for a found engine use the same answer. Remote engines (tcp, ssh) are asked through the command
 * line client, which knows their credentials.
 *
 * Invariants
 * - never throws for an engine that does not answer: the result is undefined
 */
import { request } from 'node:http';
import { execa } from 'execa';

/** What the engine says about itself. */
export type EngineVersion = { version: string; apiVersion: string };

/** Version of the engine at `dockerHost`, or undefined where none answers in time. */
export async function pingEngine(dockerHost: string, timeoutMs = 3000): Promise<EngineVersion | undefined> {
  return dockerHost.startsWith('unix://')
    ? askSocket(dockerHost.slice('unix://'.length), timeoutMs)
    : askClient(dockerHost, timeoutMs);
}

async function askSocket(socketPath: string, timeoutMs: number): Promise<EngineVersion | undefined> {
  return new Promise((resolve) => {
    const question = request({ socketPath, path: '/version', timeout: timeoutMs }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('error', () => resolve(undefined));
      response.on('end', () => resolve(parseVersion(Buffer.concat(parts).toString())));
    });
    question.on('timeout', () => question.destroy());
    question.on('error', () => resolve(undefined));
    question.on('close', () => resolve(undefined));
    question.end();
  });
}

async function askClient(dockerHost: string, timeoutMs: number): Promise<EngineVersion | undefined> {
  const { failed, stdout } = await execa('docker', ['version', '--format', '{{json .Server}}'], {
    env: { DOCKER_HOST: dockerHost },
    reject: false,
    timeout: timeoutMs * 3,
  });
  return failed ? undefined : parseVersion(stdout);
}

function parseVersion(text: string | undefined): EngineVersion | undefined {
  try {
    const { Version, ApiVersion, APIVersion } = JSON.parse(text ?? '');
    const apiVersion = ApiVersion ?? APIVersion;
    // A distribution adds its own build number: 28.5.2+dfsg4.
    const version = String(Version ?? '').split('+')[0];
    return version && apiVersion ? { version, apiVersion } : undefined;
  } catch {
    return undefined;
  }
}
