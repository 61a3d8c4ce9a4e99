/**
 * Turns an endpoint into what Node needs to connect to it, and asks the engine for its version.
 *
 * It knows HTTP over sockets and nothing of Docker's API except /_ping. Kept apart from dockerode so that an engine
 * that does not answer is known before dockerode has even been loaded.
 */
import http from 'node:http';
import https from 'node:https';
import { inspect } from 'node:util';
import { EnvironmentError } from '../../../shared/errors.ts';
import type { DockerEndpoint } from './docker-endpoint.ts';

/** How long an engine may take to answer a ping, in ms. A local one takes 1, one across the world 500. */
export const PING_TIMEOUT_MS = 4_000;

/** What Node's http needs, and an agent that owns every socket made with it. */
export interface DockerConnection {
  readonly protocol: 'http' | 'https';
  readonly socketPath: string | undefined;
  readonly hostname: string | undefined;
  readonly port: number | undefined;
  readonly agent: http.Agent;
}

/** The connection to an endpoint; nothing is opened. Throws an EnvironmentError for a host of a kind not supported. */
export function dockerConnection(endpoint: DockerEndpoint): DockerConnection {
  const { host, tls } = endpoint;
  const socketPath = /^(?:unix|npipe):\/\/(.+)$/.exec(host)?.[1];
  if (socketPath !== undefined) {
    const agent = quiet(new http.Agent({ keepAlive: true }));
    return { protocol: 'http', socketPath, hostname: undefined, port: undefined, agent };
  }
  if (host.startsWith('ssh://')) throw sshUnsupported(endpoint);
  const url = URL.canParse(host) ? new URL(host) : undefined;
  if (url === undefined || !/^(tcp|https?):$/.test(url.protocol) || url.hostname === '')
    throw unsupported(endpoint);
  const protocol = tls !== undefined || url.protocol === 'https:' ? 'https' : 'http';
  const agent =
    protocol === 'http'
      ? new http.Agent({ keepAlive: true })
      : new https.Agent({
          keepAlive: true,
          ca: tls?.ca,
          cert: tls?.cert,
          key: tls?.key,
          rejectUnauthorized: tls?.verify ?? true,
        });
  // 2375 and 2376 are Docker's registered ports, plain and over TLS.
  const port = Number(url.port) || (protocol === 'https' ? 2376 : 2375);
  // An IPv6 address is bracketed in a URL and bare in a socket address.
  return {
    protocol,
    socketPath: undefined,
    hostname: url.hostname.replace(/^\[|\]$/g, ''),
    port,
    agent: quiet(agent),
  };
}

/** The API version that the engine offers. Rejects with the socket's error, or ETIMEDOUT after `timeoutMs`. */
export function pingDocker(connection: DockerConnection, timeoutMs = PING_TIMEOUT_MS): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const { protocol, agent, socketPath, hostname, port } = connection;
  const target = socketPath === undefined ? { hostname, port } : { socketPath };
  const request = (protocol === 'https' ? https : http).request(
    { ...target, agent, path: '/_ping' },
    (response) => {
      response.resume().once('end', () => {
        const version = response.headers['api-version'];
        if (typeof version === 'string') resolve(version);
        else reject(new Error(`answered ${response.statusCode} without an API version: not a Docker engine`));
      });
    },
  );
  const timer = setTimeout(() => {
    request.destroy(Object.assign(new Error(`no answer within ${timeoutMs} ms`), { code: 'ETIMEDOUT' }));
  }, timeoutMs);
  request.once('close', () => clearTimeout(timer));
  request.once('error', reject);
  request.end();
  return promise;
}

/** docker-modem renders each request's options for its debug log even when nobody reads it; keep sockets out of that. */
function quiet(agent: http.Agent): http.Agent {
  return Object.assign(agent, { [inspect.custom]: () => 'Agent' });
}

function sshUnsupported({ host, source }: DockerEndpoint): EnvironmentError {
  const target = host.replace(/^ssh:\/\//, '').replace(/\/.*$/, '');
  return new EnvironmentError('DOCKER_SSH_UNSUPPORTED', `${host} (chosen by ${source}) is reached over ssh`, {
    suggestions: [
      `forward its socket: ssh -nNT -L /tmp/docker.sock:/var/run/docker.sock ${target}`,
      'then use that one: DOCKER_HOST=unix:///tmp/docker.sock',
    ],
  });
}

function unsupported({ host, source }: DockerEndpoint): EnvironmentError {
  return new EnvironmentError(
    'DOCKER_HOST_INVALID',
    `"${host}" (chosen by ${source}) is no address of a Docker engine`,
    {
      suggestions: ['write it as unix:///path/to/docker.sock or tcp://host:port'],
    },
  );
}
